"""Where the words of a search stand in a text, and the words around the first of them."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from msgspec import Struct

from crawler.catalog.query import Search, read_words
from crawler.catalog.terms import COLUMNS, Term, spellings
from crawler.store.segmenting import is_unparted

LONGEST_TEXT = 100_000
"""Characters; what stands beyond is not looked for, as nobody waits for it."""

_MARK = (
    "[\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"  # Hebrew, Arabic
    "\u0900-\u0963\u0966-\u0dff"  # Hindi, Bengali, Tamil…: their blocks but for two full stops
    "\u0e31-\u0e4e\u0eb1-\u0ece\u0f71-\u0fbc\u102b-\u103e\u17b4-\u17d3]"  # Thai to Khmer
)
"""Vowel signs and points: parts of words, which Python takes for none."""

_LETTER = rf"(?:[^\W_]|{_MARK})"
_SIGN = rf"(?:(?!{_MARK})[\W_])"
_WORD = re.compile(f"{_LETTER}+")
_LEAD = 24
"""Characters before the hit: some words, so that the hit is not far from the start."""

Span = tuple[int, int]


class Passage(Struct, frozen=True):
    """A piece of a text, with the places of the hits in it."""

    text: str
    hits: tuple[Span, ...]


class Hits(Struct, frozen=True):
    """What a search looks for, to be found again in the texts of the books that it found: patterns,
    each with the columns in which it is meant, none for all.
    """

    patterns: tuple[tuple[frozenset[str], re.Pattern[str]], ...]

    def beyond(self, shown: Mapping[str, str]) -> "Hits":
        """Those that stand in none of the texts that are `shown`, by their columns."""
        hits = [Hits((pattern,)) for pattern in self.patterns]
        return Hits(
            tuple(
                hit.patterns[0]
                for hit in hits
                if not any(hit.find(column, text) for column, text in shown.items())
            )
        )

    def find(self, column: str, text: str) -> list[Span]:
        """The places of hits in the text of a column of books_fts, in their order."""
        folded = _fold(text[:LONGEST_TEXT])
        spans = {
            match.span()
            for columns, pattern in self.patterns
            if column in columns or not columns
            for match in pattern.finditer(folded)
        }
        return list(_without_overlaps(sorted(spans)))

    def passage(self, column: str, text: str, length: int) -> Passage | None:
        """At most `length` characters around the first hit; None where there is none."""
        text = text[:LONGEST_TEXT]
        spans = self.find(column, text)
        if not spans:
            return None
        if len(text) <= length:
            return Passage(text, tuple(spans))
        start = _start(text, spans[0][0], length)
        end = min(len(text), start + length - 2)
        before, after = "…" * (start > 0), "…" * (end < len(text))
        shift = len(before) - start
        return Passage(
            f"{before}{text[start:end]}{after}",
            tuple((a + shift, min(b, end) + shift) for a, b in spans if start <= a < end),
        )


def hits_of(search: Search) -> Hits:
    """Those of all words and phrases that a book has to have; raises `WrongUse` as the search."""
    return Hits(tuple((_columns(term), _pattern(term)) for term in read_words(search)))


def _columns(term: Term) -> frozenset[str]:
    return frozenset(COLUMNS.get(term.field, "").split())


def _pattern(term: Term) -> re.Pattern[str]:
    """The words of the term one behind the other, whatever signs stand between them."""
    words = [
        "|".join(map(re.escape, spellings(word))).join(("(?:", ")"))
        for word in _WORD.findall(_fold(term.text))
    ]
    begins = f"{_LETTER}*" if term.begins or term.only_begins else ""
    if is_unparted(term.text):
        return re.compile(f"{_SIGN}*".join(words))
    phrase = f"{_SIGN}+".join(words)
    return re.compile(rf"(?<![^\W_])(?<!{_MARK}){phrase}{begins}(?!{_LETTER})")


def _fold(text: str) -> str:
    """Without case and accents, character for character, as unicode61 compares."""
    if text.isascii():
        return text.lower()
    return "".join(unicodedata.normalize("NFD", each)[0].lower()[:1] for each in text)


def _without_overlaps(spans: list[Span]) -> Iterator[Span]:
    end = 0
    for span in spans:
        if span[0] >= end:
            yield span
            end = span[1]


def _start(text: str, hit: int, length: int) -> int:
    """Where the passage begins: at a word, a little before the hit; at the text's, if that does."""
    lead = min(_LEAD, length // 3)
    if hit + lead < length:
        return 0
    earliest = hit - lead
    blank = text.find(" ", earliest, hit)
    return earliest if blank < 0 else blank + 1
