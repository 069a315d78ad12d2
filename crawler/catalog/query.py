"""What a search asks for, and its words in the syntax of SQLite's full-text index."""

import re
import unicodedata

from msgspec import Struct


class Years(Struct, frozen=True):
    """Years of publication, both ends included; None is open."""

    first: int | None
    last: int | None


class Search(Struct, frozen=True):
    """Which books are wanted; what is None or empty does not limit.

    `words`, `author` and `publisher` are looked for word by word, without regard to case and
    accents: all must occur, the last may be the beginning of a word, and words in double quotes
    are a phrase. `language` is a code as in the books, `en` also finds `en-GB`.
    """

    words: str = ""
    author: str | None = None
    publisher: str | None = None
    years: Years | None = None
    language: str | None = None


class Condition(Struct, frozen=True):
    """A piece of SQL that is true or false of a row of `books`, and what to bind in it."""

    sql: str
    bindings: tuple[str | int, ...]


_YEARS = re.compile(r"(?P<only>[0-9]{1,4})|(?P<first>[0-9]{1,4})?\.\.(?P<last>[0-9]{1,4})?")
_PHRASE_OR_WORD = re.compile(r'"([^"\0]+)"|([^\s"\0]+)')


_NOTHING = '""'
"""The empty phrase, which matches no row."""


def parse_years(text: str) -> Years:
    """`1999`, `1990..2000`, `1990..` or `..2000`; raises `ValueError` for anything else."""
    parts = _YEARS.fullmatch(text.strip())
    if parts is None or not any(parts.groups()):
        raise ValueError(f"{text!r} names no years: write 1999, 1990..2000, 1990.. or ..2000")
    if parts["only"]:
        return Years(int(parts["only"]), int(parts["only"]))
    first, last = (int(year) if year else None for year in parts.group("first", "last"))
    if first is not None and last is not None and first > last:
        raise ValueError(f"{text!r} ends before it begins: write {last}..{first}")
    return Years(first, last)


def match_expression(search: Search) -> str | None:
    """The search as an FTS5 expression; None where nothing in it needs the index."""
    parts = [
        f"{column}({_phrases(text)})"
        for column, text in (
            ("", search.words),
            ("authors : ", search.author),
            ("publisher : ", search.publisher),
        )
        if text
    ]
    return " AND ".join(parts) or None


def _phrases(text: str) -> str:
    """Each word as an FTS5 string, which no character in it can end.

    The last word is looked for both as it stands and as a beginning, so that a book with the
    whole word ranks above one that only begins with it.
    """
    found = [
        (phrase or word, bool(word))
        for phrase, word in _PHRASE_OR_WORD.findall(text)
        if _has_token(phrase or word)
    ]
    if not found:
        return _NOTHING
    strings = [f'"{words}"' for words, _ in found]
    _, last_is_a_word = found[-1]
    if last_is_a_word:
        strings[-1] = f"({strings[-1]} OR {strings[-1]} *)"
    return " AND ".join(strings)


def _has_token(text: str) -> bool:
    """Whether the tokenizer finds anything in it: unicode61 takes letters and numbers.

    In FTS5 an empty phrase matches no row, so the ampersand of `war & peace` would hide the book.
    """
    return any(unicodedata.category(character)[0] in "LN" for character in text)


def column_condition(search: Search) -> Condition:
    """What the search asks of the columns of `books` themselves."""
    parts = ["TRUE"]
    bindings: list[str | int] = []
    if search.years and search.years.first is not None:
        parts.append("books.published_year >= ?")
        bindings.append(search.years.first)
    if search.years and search.years.last is not None:
        parts.append("books.published_year <= ?")
        bindings.append(search.years.last)
    if search.language:
        language = f"{search.language.lower()}-"
        parts.append("substr(lower(books.language) || '-', 1, ?) = ?")
        bindings += [len(language), language]
    return Condition(" AND ".join(parts), tuple(bindings))
