"""Text as sources write it, made plain: tags and entities gone, paragraphs kept."""

import re
from html import unescape
from html.parser import HTMLParser

PLACEHOLDERS = frozenset({"undefined", "?", "no marketing blurb", "null", "n/a", "-"})
"""Whole descriptions that say nothing, lower case."""

_PARAGRAPH_TAGS = frozenset({"p", "div", "ul", "ol", "h1", "h2", "h3", "h4", "blockquote"})
_LINE_TAGS = frozenset({"br", "li", "tr"})


class _TextOfHtml(HTMLParser):
    """Collects the text; tags that part paragraphs become empty lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(re.sub(r"\s+", " ", data))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _PARAGRAPH_TAGS:
            self.parts.append("\n\n")
        elif tag in _LINE_TAGS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _PARAGRAPH_TAGS:
            self.parts.append("\n\n")


def _text_of(html: str) -> str:
    parser = _TextOfHtml()
    try:
        parser.feed(html)
        parser.close()
    except AssertionError:  # html.parser of Python 3.11 on `<![` that is no section
        return unescape(re.sub(r"<[^>]*>?", " ", html))
    return "".join(parser.parts)


def plain_text(text: str | None) -> str | None:
    """A description as plain text, paragraphs parted by an empty line; `None` if it says none."""
    if text is None:
        return None
    if "<" in text or "&" in text:
        text = _text_of(text)
    lines = (" ".join(line.split()) for line in text.strip().splitlines())
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return None if not text or text.lower() in PLACEHOLDERS else text


def one_line(text: str | None) -> str | None:
    """A title or a name: blanks folded, `None` if nothing is left."""
    return (" ".join(text.split()) or None) if text else None


def secure_link(link: str | None) -> str | None:
    """The link by https; a cover without its curled corner."""
    if not link:
        return None
    return re.sub(r"^http:", "https:", link.strip()).replace("&edge=curl", "")
