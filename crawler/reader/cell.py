"""What a piece of text says about ISBNs: a cell of a table, or a line of a list.

Read are whole ISBNs in all the ways they are written. Nothing is guessed: a letter O for a zero,
a digit too few, a wrong check digit are reasons to reject.
"""

import re

from msgspec import Struct

from crawler.isbn import ISBN13
from crawler.reader.characters import plainly
from crawler.reader.numbers import read_run
from crawler.reader.plain import TEN, plain_isbn
from crawler.seed import Reason


class Reading(Struct, frozen=True, gc=False):
    """The ISBNs that a text names, each once; or why there are none; or that it is empty."""

    isbns: tuple[ISBN13, ...] = ()
    reason: Reason | None = None
    repaired: bool = False


EMPTY = Reading()
SCIENTIFIC = Reading(reason=Reason.SCIENTIFIC_NOTATION)
_NOTHING = Reading(reason=Reason.NO_ISBN_IN_ROW)

WORST_FIRST = (
    Reason.SCIENTIFIC_NOTATION,
    Reason.BAD_CHECK_DIGIT,
    Reason.OTHER_IDENTIFIER,
    Reason.WRONG_LENGTH,
    Reason.NOT_AN_ISBN,
    Reason.NO_ISBN_IN_ROW,
)
"""Of several reasons the one that tells its owner most."""

_WRAPPING = " \t\r\n\0\x1a\"'=[]{}<>`*#"
_NOTHING_WORDS = frozenset({"nan", "none", "null", "nil", "n/a", "na", "-", "--", "---", "?"})
_EXPONENT = re.compile(r"(?<!\w)(?<!\d[.,])\d{1,13}(?:[.,]\d*)?[eE]\+?\d{1,2}(?!\w|[.,]\d)")
_ADDRESS = re.compile(r"\b[a-z][\w+.-]{0,15}://\S*|\bwww\.\S+", re.IGNORECASE)
_MAIL_ADDRESS = re.compile(r"(?<!\S)[^\s@]{1,64}@[^\s@]{1,255}")
_OTHER_IDENTIFIER = re.compile(
    r"\bB0[0-9A-Z]{8}\b"
    r"|\b(?:issn|asin|upc|oclc|ocn|ocm|lccn|doi|ismn)\b[\s:#=-]*[^\s,;|]*"
    r"|\b10\.\d{4,9}/\S+"
    r"|\bM-\d{3,4}-\d{4,5}-\d\b"
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b",
    re.IGNORECASE,
)
_TAKEN_OUT = (
    (_ADDRESS, Reason.NOT_AN_ISBN),
    (_MAIL_ADDRESS, Reason.NOT_AN_ISBN),
    (_EXPONENT, Reason.SCIENTIFIC_NOTATION),
    (_OTHER_IDENTIFIER, Reason.OTHER_IDENTIFIER),
)
_LABEL = re.compile(r"isbn(?:\s?-?\s?\(?1[03]\)?(?![\d-]))?\s*[:#=.]*\s*", re.IGNORECASE)
_LABELLED = "\x02"
_SEGMENT = re.compile(r"[,;|/\\\t\r\n&+]+|\band\b")
_RUN = re.compile(r"(?<![^\W_])\d[\d .-]*[\dXx](?![^\W_])")
_NO_WORD = re.compile(r"(?:\([^()]*\)|[^\w()])*")
_ALL_DIGITS = re.compile(r"\d[\d .-]*")
_WORD = re.compile(r"[^\W\d_]{2}")
_NEAR = 80


def read_text(text: str, *, thirteen_only: bool = False) -> Reading:
    """What `text` says about ISBNs.

    `thirteen_only` is for text that nothing marks as ISBNs: ten digits may there be anything, a
    telephone number or a key, of which one in eleven has a right check digit.
    """
    bare = plainly(text).strip(_WRAPPING)
    if (isbn := plain_isbn(bare)) is not None and not (thirteen_only and len(bare) == TEN):
        return Reading((isbn,))
    if not bare:
        return EMPTY
    if bare.casefold() in _NOTHING_WORDS:
        return _NOTHING
    if _EXPONENT.fullmatch(bare):
        return SCIENTIFIC
    return _search(bare, thirteen_only=thirteen_only)


def _search(bare: str, *, thirteen_only: bool) -> Reading:
    rest, reasons = bare, [Reason.NOT_AN_ISBN]
    for pattern, reason in _TAKEN_OUT:
        rest, times = pattern.subn(" ", rest)
        reasons += [reason] * bool(times)
    found: dict[ISBN13, None] = {}
    after_thirteen = after_word = False
    for segment in _SEGMENT.split(_LABEL.sub(_LABELLED, rest)):
        for match in _RUN.finditer(segment):
            expected = _is_expected(segment, match.start(), after_word=after_word)
            run = read_run(match[0], ten=expected, after_thirteen=after_thirteen)
            after_thirteen = after_thirteen or bool(run.thirteens)
            found.update(dict.fromkeys(run.thirteens if thirteen_only else run.isbns))
            reasons += run.reasons
        after_word = not found and (after_word or _WORD.search(segment) is not None)
    if found:
        return Reading(tuple(found))
    if len(reasons) == 1 and _ALL_DIGITS.fullmatch(bare):
        reasons.append(Reason.WRONG_LENGTH)
    return Reading(reason=min(reasons, key=WORST_FIRST.index))


def _is_expected(segment: str, start: int, *, after_word: bool) -> bool:
    """Whether an ISBN may be expected at `start`: after a label, or with no word before it."""
    before = segment[max(0, start - _NEAR) : start].rstrip(" .-([{")
    if before.endswith(_LABELLED):
        return True
    return not after_word and start <= _NEAR and _NO_WORD.fullmatch(before) is not None
