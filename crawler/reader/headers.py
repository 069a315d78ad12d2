"""What the name of a column says about the ISBNs in it, in the languages of people's files."""

import re
from enum import IntEnum
from unicodedata import normalize


class Role(IntEnum):
    """What a column is for; where several of a row hold an ISBN, the lowest is taken."""

    THIRTEEN = 1
    """ISBN-13: `isbn13`, `ISBN-13`."""
    ISBN = 2
    """Either form: `isbn`, `ISBN/UID`, `书号`."""
    TEN = 3
    """ISBN-10: `isbn_10`."""
    FALLBACK = 4
    """ISBNs among other things, or of other editions: `ISBNs`, `identifiers`, `eISBN`, `EAN`."""
    UNNAMED = 5
    """Nothing in its name, but ISBNs in its cells."""


_ISBN_WORDS = frozenset(
    """
    书号 書號 国际标准书号 國際標準書號 标准书号 標準書號 国際標準図書番号 図書番号 국제표준도서번호
    도서번호 ردمك شابک מסתב исбн
    """.casefold().split()
)
_FALLBACK_WORDS = frozenset(
    """
    ean ean13 eancode eannummer gtin gtin13 gtin14 barcode barcodes codebarres codeabarres codebarre
    strichkode strichcode códigodebarras codigodebarras códigobarras codiceabarre streckkod
    stregkode strekkode viivakoodi штрихкод kodkreskowy čárovýkód čiarovýkód vonalkód
    barkod バーコード janコード 条码 條碼 条形码 바코드 الباركود ברקוד identifier identifiers
    productcode bookland
    """.casefold().split()
)
_MOST_DIGITS = 4
_NO_LETTER = re.compile(r"[\W_]+")


def role_of(name: str) -> Role | None:
    """The role that a column's name gives it; None where the name says nothing of ISBNs."""
    key = _NO_LETTER.sub("", normalize("NFKC", name).casefold())
    if sum(map(str.isdecimal, key)) > _MOST_DIGITS:
        return None
    if key in _ISBN_WORDS:
        return Role.ISBN
    if "isbn" in key:
        return _role_of_isbn(key)
    return Role.FALLBACK if key in _FALLBACK_WORDS else None


def _role_of_isbn(key: str) -> Role:
    if not key.startswith("isbn") or key == "isbns":
        return Role.FALLBACK
    if "13" in key:
        return Role.THIRTEEN
    return Role.TEN if "10" in key else Role.ISBN
