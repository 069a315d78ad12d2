"""Enriches bytes as a file would be, and tells whether what was there before is still there."""

import io
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing

from crawler.catalog.enrich import Enrichment
from crawler.reader.originals import Originals

_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|$)")


def enrich(
    catalog: sqlite3.Connection,
    data: bytes,
    *,
    add: Sequence[str] = ("title",),
    encoding: str | None = None,
    column: str | None = None,
) -> bytes:
    with closing(Originals("-", stdin=io.BytesIO(data), column=column)) as originals:
        return b"".join(Enrichment(catalog, originals, add, encoding).rows())


def added(before: bytes, after: bytes, codec: str = "utf-8") -> list[str]:
    """What was put behind each line; fails where anything else is not as it was, to the byte."""
    errors = "surrogatepass" if codec.startswith("utf-16") else "surrogateescape"
    was, now = (_LINE.findall(data.decode(codec, errors)) for data in (before, after))
    assert len(was) == len(now)
    behind: list[str] = []
    for (content, end), (content_now, end_now) in zip(was, now, strict=True):
        assert content_now.startswith(content)
        assert end_now == end
        behind.append(content_now[len(content) :])
    stripped = "".join(content + end for content, end in was).encode(codec, errors)
    assert stripped == before
    return behind[:-1]
