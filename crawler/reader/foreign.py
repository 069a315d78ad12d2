"""Files that are no text, and what their owner can do about it."""

from crawler.reader.encodings import find_encoding

_KINDS = (
    (b"PK\x03\x04", "an Excel workbook or a ZIP archive: save it as CSV, or unpack it"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook: save it as CSV"),
    (b"SQLite format 3\0", "a SQLite database: export its ISBNs as CSV"),
    (b"%PDF", "a PDF: copy its ISBNs into a text file"),
    (b"BZh", "packed with bzip2: unpack it"),
    (b"\xfd7zXZ", "packed with xz: unpack it"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd: unpack it"),
    (b"PAR1", "a Parquet file: export its ISBNs as CSV"),
)
_TEXT_CONTROLS = b"\t\n\v\f\r\x1a\x1b"
_CONTROLS = bytes(set(range(32)) - set(_TEXT_CONTROLS))


def name_foreign(head: bytes) -> str | None:
    """What `head` is the beginning of, with advice, where that is no text."""
    for magic, kind in _KINDS:
        if head.startswith(magic):
            return kind
    encoding, _ = find_encoding(head)
    if encoding.startswith(("utf-16", "utf-32")):
        return None
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return "a binary file: give a text file of ISBNs" if controls * 20 > len(head) else None
