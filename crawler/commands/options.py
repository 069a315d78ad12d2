"""The options of the commands that ask: how fast, how many, whom.

Each has an environment variable `BOOKCRAWL_…`, and the same default wherever it is used.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
from click.core import ParameterSource

from crawler.book import Detail
from crawler.commands.numbers import Number
from crawler.library.options import (
    BASE_URL,
    CONCURRENCY,
    KEY_VARIABLE,
    LARGEST_CONCURRENCY,
    LARGEST_GROUP,
    SHORTEST_TIMEOUT_S,
    TIMEOUT_S,
    AskOptions,
    complete,
)

_Command = TypeVar("_Command", bound=Callable[..., object])


def ask_options(command: _Command) -> _Command:
    """Adds the options of `AskOptions`, to be gathered by `gather`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_SIZES = click.IntRange(1, LARGEST_GROUP)


class _GroupSize(click.ParamType[int | None, str]):
    """`auto`, which is None, or a number from 1 to 40."""

    name = "auto|N"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | None:
        if value == "auto":
            return None
        return int(_SIZES.convert(int(value) if value.isdecimal() else 0, param, ctx))


def _option(name: str, help_text: str, **settings: object) -> Callable[[_Command], _Command]:
    (name_alone, _, _) = name.removeprefix("--").partition("/")
    variable = "BOOKCRAWL_" + name_alone.replace("-", "_").upper()
    return click.option(
        name, help=help_text, envvar=variable, show_envvar=True, **settings  # type: ignore[arg-type]
    )  # fmt: skip


_OPTIONS = (
    _option(
        "--rate",
        "Calls a second at most; 0: no limit. Google's short limit is about 1.  [default: 1; "
        "with --sandbox no limit]",
        type=Number(min=0),
    ),
    _option(
        "--daily-quota",
        "Calls a day at most; 0: no limit. Google gives 1,000 a key.  [default: 1000; with "
        "--sandbox no limit]",
        type=click.IntRange(min=0),
    ),
    _option(
        "--concurrency",
        "Calls in flight at most.",
        type=click.IntRange(1, LARGEST_CONCURRENCY),
        default=CONCURRENCY,
        show_default=True,
    ),
    _option(
        "--group",
        "ISBNs in one call, 1 to 40, or auto: as many as the answers show to pay.",
        type=_GroupSize(),
        default="auto",
        show_default=True,
    ),
    _option(
        "--confirm-missing",
        "always: what no group has is asked for alone. audit: a sample of 60 of it is, and where "
        "that finds none, the rest is taken as missing.",
        type=click.Choice(["always", "audit"]),
        default="always",
        show_default=True,
    ),
    _option(
        "--fallback/--no-fallback",
        "A second call, the plain search, for what `isbn:` does not find.",
        default=False,
        show_default=True,
    ),
    _option(
        "--detail",
        "A second call for a book's whole record: never, where description or page count is "
        "missing, or always.",
        type=click.Choice([detail.value for detail in Detail]),
        default=Detail.NEVER.value,
        show_default=True,
    ),
    _option("--wait", "At the end of the quota, sleep until its next day.", is_flag=True),
    _option(
        "--timeout",
        "Seconds that a call may take in all.",
        type=Number(min=SHORTEST_TIMEOUT_S),
        default=TIMEOUT_S,
        show_default=True,
    ),
    _option("--country", "Ask as from this country (two letters): cures `unknownLocation`."),
    _option(
        "--base-url",
        "The API's root.",
        default=BASE_URL,
        show_default=True,
    ),
    _option("--sandbox", "Ask a made-up Google Books instead: no key, no network.", is_flag=True),
    _option("--limit", "Ask for this many ISBNs at most.", type=click.IntRange(min=1)),
    _option(
        "--key-file",
        f"A file with the API key in it, instead of the environment variable {KEY_VARIABLE}.",
        type=click.Path(path_type=Path),
    ),
)  # fmt: skip


def gather(values: dict[str, object]) -> AskOptions:
    """The options as given, defaults filled in; raises `WrongUse` for an address that is none."""
    return complete(values)


def given_options(context: click.Context) -> list[str]:
    """The options of `AskOptions` that stood on the command line, to be printed for a resume.

    `--limit` is left out: whoever resumes wants the rest.
    """
    words: list[str] = []
    for name in AskOptions.__struct_fields__:
        value = context.params.get(name)
        typed = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if not typed or name == "limit" or value is False:
            continue
        words.append("--" + name.replace("_", "-"))
        if value is None:
            words.append("auto")
        elif value is not True:
            words.append(f"{value:g}" if isinstance(value, float) else str(value))
    return words
