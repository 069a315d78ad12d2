"""The words of a search as people write them: phrases, fields, either of two, what to leave out."""

import re
import unicodedata

from msgspec import Struct
from msgspec.structs import replace

from crawler.store.segmenting import is_unparted, part

COLUMNS = {
    "title": "title subtitle",
    "author": "authors",
    "authors": "authors",
    "publisher": "publisher",
    "subject": "categories",
    "category": "categories",
    "categories": "categories",
    "description": "description",
}
"""What a field's name stands for: columns of books_fts."""

LIMITS = frozenset({"year", "lang", "language", "isbn"})
"""Fields that are compared with columns of `books`."""

SHORTEST_BEGINNING = 3
"""Letters; with fewer, nearly every book has a word that begins so, and merging them takes long."""

NOTHING = '""'
"""The empty phrase, which matches no row."""

_FIELDS = "|".join((*COLUMNS, *LIMITS))
_TERM = re.compile(
    rf"""(?P<without>(?<!\S)-)?
    (?:(?P<field>{_FIELDS}):(?=[^\s"\0]|"[^"\0]))?
    (?:"(?P<phrase>[^"\0]+)"|(?P<word>[^\s"\0]+))""",
    re.VERBOSE | re.IGNORECASE,
)


class Term(Struct, frozen=True):
    """A word, or words in quotes; `field` is a key of `COLUMNS`, of `LIMITS`, or empty.

    `begins`: a word that begins so is meant as well; `only_begins`: it was written with a star.
    """

    text: str
    field: str = ""
    phrase: bool = False
    without: bool = False
    begins: bool = False
    only_begins: bool = False


Group = tuple[Term, ...]
"""Terms of which one is enough."""


def parse_terms(text: str) -> tuple[Group, ...]:
    """The groups that all have to be met: terms with OR between them are one; AND says nothing."""
    groups: list[Group] = []
    either = False
    for match in _TERM.finditer(unicodedata.normalize("NFC", text)):
        if match[0] in {"OR", "AND"} and groups:
            either = match[0] == "OR"
            continue
        term = _term(match)
        if term.field not in LIMITS and not has_token(term.text):
            continue
        if either:
            groups[-1] += (term,)
        else:
            groups.append((term,))
        either = False
    return _with_a_beginning(groups)


def _term(match: re.Match[str]) -> Term:
    word = match["word"] or ""
    return Term(
        text=match["phrase"] or word.removesuffix("*"),
        field=(match["field"] or "").lower(),
        phrase=match["phrase"] is not None,
        without=match["without"] is not None,
        only_begins=word.endswith("*"),
    )


def _with_a_beginning(groups: list[Group]) -> tuple[Group, ...]:
    """The last word may still be being typed."""
    if groups:
        *before, last = groups[-1]
        if (
            not (last.phrase or last.without or is_unparted(last.text[-1:]))
            and len(last.text) >= SHORTEST_BEGINNING
        ):
            groups[-1] = (*before, replace(last, begins=True))
    return tuple(groups)


def has_token(text: str) -> bool:
    """Whether the tokenizer finds anything in it: unicode61 takes letters and numbers.

    In FTS5 an empty phrase matches no row, so the ampersand of `war & peace` would hide the book.
    """
    return any(unicodedata.category(character)[0] in "LN" for character in text)


def group_expression(group: Group, columns: str = "", *, whole: bool = False) -> str:
    """The group in the syntax of FTS5; a term without a field is looked for in `columns`, or in
    all where these are empty. `whole`: the last word is no beginning.
    """
    spelled = (replace(term, text=text) for term in group for text in spellings(term.text))
    return f"({' OR '.join(_expression(term, columns, whole) for term in spelled)})"


def spellings(text: str) -> tuple[str, ...]:
    """With ß and with ss, as German writes either: once Kuß, now Kuss, and Strasse in Zürich."""
    small = text.lower()
    either = (small.replace("ß", "ss"), small.replace("ss", "ß"))
    return (text,) if either == (small, small) else tuple(dict.fromkeys((small, *either)))


def _expression(term: Term, columns: str, whole: bool) -> str:
    """As an FTS5 string, which no character in it can end."""
    string = f'"{part(term.text)}"'
    if term.only_begins or (term.begins and not whole):
        string = f"{string} *"
    columns = COLUMNS.get(term.field, columns)
    return f"{{{columns}}} : {string}" if columns else string
