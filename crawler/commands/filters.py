"""The options that say which books are wanted, shared by `search` and `export`."""

from collections.abc import Callable
from functools import wraps

import click

from crawler.catalog.query import Search, Years, parse_years


class _Text(click.ParamType[str, str]):
    """Text; an argument that is not UTF-8 reaches Python as surrogates, which SQLite refuses."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            value.encode()
        except UnicodeEncodeError:
            self.fail(f"{value!r} is not UTF-8 text.", param, ctx)
        return value


class _YearRange(click.ParamType[Years, str | Years]):
    name = "years"

    def convert(
        self, value: str | Years, param: click.Parameter | None, ctx: click.Context | None
    ) -> Years:
        if isinstance(value, Years):
            return value
        try:
            return parse_years(value)
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


TEXT = _Text()


def filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options, which with the `words` of the command reach it as one `search`."""

    @wraps(command)
    def with_search(
        *,
        words: str,
        author: str | None,
        publisher: str | None,
        years: Years | None,
        language: str | None,
        **others: object,
    ) -> None:
        command(search=Search(words, author, publisher, years, language), **others)

    decorated: Callable[..., None] = with_search
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


_OPTIONS = (
    click.option("--author", type=TEXT, help="Words of an author's name."),
    click.option("--publisher", type=TEXT, help="Words of the publisher's name."),
    click.option("--year", "years", type=_YearRange(), help="1999, 1990..2000, 1990.. or ..2000."),
    click.option("--language", type=TEXT, help="A language code; zh also finds zh-CN."),
)
