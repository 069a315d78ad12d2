"""Text as sources write it, made plain: tags and entities gone, paragraphs kept.

What a source sends may be anything: no text takes more than a moment, or ends in an error.
"""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import islice

PLACEHOLDERS = frozenset({"undefined", "?", "no marketing blurb", "null", "n/a", "-"})
"""Whole descriptions that say nothing, lower case."""

LONGEST_TEXT = 100_000
"""Characters of a description; the longest of 390 recorded ones has 2,822."""

LONGEST_LINE = 10_000
"""Characters of a title or a name; the longest recorded has 138."""

MOST_NAMES = 1_000
"""Authors or subjects of one book."""

_PARAGRAPH_TAGS = frozenset({"p", "div", "ul", "ol", "h1", "h2", "h3", "h4", "blockquote"})
_LINE_TAGS = frozenset({"br", "li", "tr"})

# A quoted value may hold >. Each way to fail ends at the next <, so that the time is linear;
# html.parser takes 19 s for 60 KB of "<a <a <a" (Python 3.11).
_TAG = re.compile(
    r"""<(?P<end>/?)(?P<name>[a-zA-Z][^\s/<>]*+)
        (?:(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+ | [^<>]*+)>
      | <[!?/][^<>]*+>""",
    re.VERBOSE,
)
_EMPTY_LINES = re.compile(r"\n{3,}")
_LONG_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{8,}+;?")
"""Beyond Unicode; `unescape` raises at 4,301 digits (CPython's limit for turning them into int)."""

_LINK = re.compile(
    r"https?://([^\s/?#\x00-\x1f\x7f-\x9f<>\"][^\s\x00-\x1f\x7f-\x9f<>\"]{,2000})", re.IGNORECASE
)

_CONTROLS = dict.fromkeys(
    code for code in (*range(0x20), *range(0x7F, 0xA0)) if not chr(code).isspace()
)
"""They mean nothing in a text, NUL cuts it short in SQLite's own tools, and terminals obey them."""


def plain_text(text: str | None) -> str | None:
    """A description as plain text, paragraphs parted by an empty line; `None` if it says none."""
    if text is None:
        return None
    text = text[:LONGEST_TEXT]
    if "<" in text or "&" in text:
        text = "".join(_text_of(_without_comments(text)))
    if text.isprintable():  # one paragraph, with no blank but U+0020
        text = " ".join(text.split())
    else:
        lines = (" ".join(line.split()) for line in text.translate(_CONTROLS).strip().splitlines())
        text = _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()
    return None if not text or text.lower() in PLACEHOLDERS else text


def one_line(text: str | None) -> str | None:
    """A title or a name: blanks folded, `None` if nothing is left."""
    if not text:
        return None
    text = text[:LONGEST_LINE]
    if not text.isprintable():  # else it has no blank but U+0020, and no control
        text = text.translate(_CONTROLS)
    return " ".join(text.split()) or None


def names(given: Iterable[str] | None) -> tuple[str, ...]:
    """Authors or subjects, without those that say nothing."""
    lines = (one_line(name) for name in given or ())
    return tuple(islice(filter(None, lines), MOST_NAMES))


def secure_link(link: str | None) -> str | None:
    """The link by https; a cover without its curled corner. What is no link of the web is none."""
    parts = _LINK.fullmatch(link.strip()) if link else None
    return f"https://{parts[1].replace('&edge=curl', '')}" if parts else None


def _without_comments(html: str) -> str:
    parts: list[str] = []
    at = 0
    while (begin := html.find("<!--", at)) >= 0 and (end := html.find("-->", begin + 4)) >= 0:
        parts.append(html[at:begin])
        at = end + 3
    return "".join((*parts, html[at:]))


def _text_of(html: str) -> Iterator[str]:
    """Its text; tags that part paragraphs become empty lines."""
    at = 0
    for tag in _TAG.finditer(html):
        yield _data(html[at : tag.start()])
        name = (tag["name"] or "").lower()
        if name in _PARAGRAPH_TAGS:
            yield "\n\n"
        elif name in _LINE_TAGS and not tag["end"]:
            yield "\n"
        at = tag.end()
    yield _data(html[at:])


def _data(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(_LONG_NUMBER.sub("\N{REPLACEMENT CHARACTER}", text)))
