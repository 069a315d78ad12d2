"""What a search asks for: of the full-text index, and of the columns of `books` themselves."""

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from crawler.catalog.terms import LIMITS, NOTHING, Group, Term, group_expression, parse_terms
from crawler.errors import WrongUse
from crawler.isbn import find_isbn


class Years(Struct, frozen=True):
    """Years of publication, both ends included; None is open."""

    first: int | None
    last: int | None


class Search(Struct, frozen=True):
    """Which books are wanted; what is None or empty does not limit.

    `words`, `author` and `publisher` are looked for word by word, without regard to case and
    accents: all must occur, the last may be the beginning of a word, and words in double quotes
    are a phrase. In `words`, `author:`, `title:`, `publisher:`, `subject:` and `description:` name
    where a word or phrase has to stand, `year:1990..2000`, `lang:en` and `isbn:` limit the books,
    `-` leaves out, `OR` takes either of two, `gats*` is a beginning, and an ISBN alone is that
    book. `language` is a code as in the books, `en` also finds `en-GB`.
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


ALWAYS = Condition("TRUE", ())

_YEARS = re.compile(r"(?P<only>[0-9]{1,4})|(?P<first>[0-9]{1,4})?\.\.(?P<last>[0-9]{1,4})?")


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


def match_expression(search: Search, columns: str = "", *, whole: bool = False) -> str | None:
    """The search as an FTS5 expression; None where nothing in it needs the index.

    Words without a field are looked for in `columns` of books_fts, or in all where these are empty;
    `whole`: not even the last may be the beginning of another.
    Raises `WrongUse` where the words contradict the rules of `Search`.
    """
    if _alone(search) is not None:
        return None
    wanted = [*_groups(search), *_named("author", search.author)]
    wanted += _named("publisher", search.publisher)
    texts = [group for group in wanted if not _is_limit(group) and not group[0].without]
    if not wanted and (search.words or search.author or search.publisher):
        return NOTHING
    if not texts:
        return None
    found = " AND ".join(group_expression(group, columns, whole=whole) for group in texts)
    return " NOT ".join((f"({found})", *_unwanted(search)))


def column_condition(search: Search) -> Condition:
    """What the search asks of the columns of `books` themselves; raises `WrongUse`."""
    parts = [*indexed_limits(search), *_exceptions(search)]
    return _joined(parts, " AND ") if parts else ALWAYS


def indexed_limits(search: Search) -> list[Condition]:
    """Of these conditions the ones whose books an index tells: of years, languages or ISBNs."""
    alone = _alone(search)
    limits = [_isbn(alone)] if alone is not None else []
    if search.years:
        limits.append(_in_years(search.years))
    if search.language:
        limits.append(_in_language(search.language))
    if alone is None:
        limits += [_either(group) for group in _groups(search) if _is_indexed(group)]
    return limits


def is_of_words(search: Search) -> bool:
    """Whether the full-text index is needed, for what a book has to have or to lack."""
    return match_expression(search) is not None or bool(_unwanted(search))


def read_words(search: Search) -> Iterator[Term]:
    """The words and phrases that a book has to have, each with the field it has to stand in."""
    if _alone(search) is not None:
        return
    named = (*_named("author", search.author), *_named("publisher", search.publisher))
    for group in (*_groups(search), *named):
        yield from (term for term in group if term.field not in LIMITS and not term.without)


def _alone(search: Search) -> int | None:
    """The ISBN that all the words together are."""
    return find_isbn(search.words) if search.words else None


def _groups(search: Search) -> tuple[Group, ...]:
    groups = parse_terms(search.words)
    for group in groups:
        if len(group) > 1 and any(term.without for term in group):
            raise WrongUse("OR stands beside a word with a minus: leave one of them out")
        if len({term.field in LIMITS for term in group}) > 1:
            raise WrongUse("OR stands between a word and a year, language or ISBN: search twice")
    return groups


def _named(field: str, text: str | None) -> list[Group]:
    return [
        tuple(replace(term, field=field, without=False) for term in group)
        for group in parse_terms(text or "")
    ]


def _is_limit(group: Group) -> bool:
    return group[0].field in LIMITS


def _is_indexed(group: Group) -> bool:
    return _is_limit(group) and not group[0].without


def _exceptions(search: Search) -> list[Condition]:
    """Conditions that an index of the columns is no help with: what is to be left out."""
    if _alone(search) is not None:
        return []
    groups = (group for group in _groups(search) if _is_limit(group) and group[0].without)
    parts = [_either(group) for group in groups]
    if match_expression(search) is None:
        parts += [_lacks(expression) for expression in _unwanted(search)]
    return parts


def _unwanted(search: Search) -> list[str]:
    if _alone(search) is not None:
        return []
    return [
        group_expression(group)
        for group in _groups(search)
        if group[0].without and not _is_limit(group)
    ]


def _lacks(expression: str) -> Condition:
    return Condition(
        "books.id NOT IN (SELECT rowid FROM books_fts WHERE books_fts MATCH ?) "
        "AND books.id NOT IN (SELECT rowid FROM temp.rest_fts WHERE rest_fts MATCH ?)",
        (expression, expression),
    )


def _either(group: Group) -> Condition:
    return _joined([_limit(term) for term in group], " OR ")


def _limit(term: Term) -> Condition:
    condition = _limit_of(term)
    if not term.without:
        return condition
    return Condition(f"({condition.sql}) IS NOT TRUE", condition.bindings)


def _limit_of(term: Term) -> Condition:
    if term.field == "year":
        try:
            return _in_years(parse_years(term.text))
        except ValueError as error:
            raise WrongUse(f"year: {error}") from error
    if term.field == "isbn":
        isbn = find_isbn(term.text)
        if isbn is None:
            raise WrongUse(f"isbn: {term.text!r} is no ISBN: its digits or its length are wrong")
        return _isbn(isbn)
    return _in_language(term.text)


def _isbn(isbn: int) -> Condition:
    return Condition("books.isbn13 = ?", (isbn,))


def _in_years(years: Years) -> Condition:
    ends = ((">=", years.first), ("<=", years.last))
    given = [(sign, year) for sign, year in ends if year is not None]
    sql = " AND ".join(f"books.published_year {sign} ?" for sign, _ in given) or "TRUE"
    return Condition(sql, tuple(year for _, year in given))


def _in_language(language: str) -> Condition:
    code = language.lower()
    indexed = "lower(books.language) || '-'"  # as books_by_language has it: of zh-CN it is zh-cn-
    return Condition(f"{indexed} >= ? AND {indexed} < ?", (f"{code}-", f"{code}."))


def _joined(parts: list[Condition], word: str) -> Condition:
    """In halves of halves: SQLite takes no expression that is a thousand deep, as a chain is."""
    if len(parts) == 1:
        return Condition(f"({parts[0].sql})", parts[0].bindings)
    middle = len(parts) // 2
    left, right = _joined(parts[:middle], word), _joined(parts[middle:], word)
    return Condition(f"({left.sql}{word}{right.sql})", left.bindings + right.bindings)
