"""Where each field of a book stands in each format; what it means, schema.sql says.

CSV, JSON and JSON Lines hold all of them under their own names, Parquet too, with the type given
here. The fields of BibTeX are those of biblatex, the tags of RIS as reference managers use them for
books, the tags of MARC 21 those of the Library of Congress; () is: it has no place for it.
"""

from msgspec import Struct


class Places(Struct, frozen=True):
    """The places of one field; MARC's as `tag $subfield`, or characters of a fixed field."""

    parquet: str
    bibtex: tuple[str, ...] = ()
    ris: tuple[str, ...] = ()
    marcxml: tuple[str, ...] = ()


PLACES: dict[str, Places] = {
    "id": Places("int64"),
    "isbn13": Places("string", ("isbn",), ("SN",), ("001", "020 $a")),
    "isbn10": Places("string", marcxml=("020 $a",)),
    "title": Places("string", ("title",), ("TI", "ST"), ("245 $a",)),
    "subtitle": Places("string", ("subtitle",), ("TI",), ("245 $b",)),
    "authors": Places("list<string>", ("author",), ("AU",), ("100 $a", "700 $a")),
    "publisher": Places("string", ("publisher",), ("PB",), ("264 $b",)),
    "published": Places("string", ("date",), ("DA",), ("264 $c",)),
    "published_year": Places("int16", ("year",), ("PY",), ("008/07-10",)),
    "published_precision": Places("string", ("date",), ("DA",)),
    "description": Places("string", ("abstract",), ("AB",), ("520 $a",)),
    "categories": Places("list<string>", ("keywords",), ("KW",), ("653 $a",)),
    "page_count": Places("int32", ("pagetotal",), ("SP",), ("300 $a",)),
    "language": Places("string", ("language",), ("LA",), ("008/35-37", "041 $a")),
    "print_type": Places("string", ("entry type",), ("TY",), ("leader/07",)),
    "average_rating": Places("double"),
    "ratings_count": Places("int32"),
    "thumbnail_url": Places("string", (), ("L4",), ("856 $u",)),
    "info_link": Places("string", ("url",), ("UR",), ("856 $u",)),
    "source": Places("string", ("eprinttype",), ("DB",), ("035 $a",)),
    "source_id": Places("string", ("eprint",), ("AN",), ("035 $a",)),
    "match": Places("string"),
    "retrieved_at": Places("timestamp[us, tz=UTC]", ("urldate",), ("Y2",), ("005", "008/00-05")),
}
"""Each field of `BookRow`, in its order."""
