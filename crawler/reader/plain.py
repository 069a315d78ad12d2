"""The quick way for ISBNs written plainly: ten or thirteen characters and nothing else.

Most lines of most files are of this kind, and python-stdnum takes 6 µs for each. The check digits
are those of the ISBN Users' Manual: weights 10 to 1 modulo 11 for the old form, 1 and 3 in turn
modulo 10 for the new one. They are looked up three digits at a time, which also tells that the
characters are digits.
"""

from crawler.isbn import ISBN13

TEN, THIRTEEN = 10, 13
"""The characters of the old and of the new form."""
BOOKLAND = 9_780_000_000_000
BOOKLAND_PREFIXES = ("978", "979")
GONE_DIGITS = 1_000_000
"""A spreadsheet keeps six or seven digits of `9.78044E+12`; written out again it ends in zeros."""


def _weighted(a: int, b: int, c: int) -> dict[str, int]:
    return {
        f"{block:03}": a * (block // 100) + b * (block // 10 % 10) + c * (block % 10)
        for block in range(1000)
    }


_OLD_1, _OLD_2, _OLD_3 = _weighted(10, 9, 8), _weighted(7, 6, 5), _weighted(4, 3, 2)
_THREE_ONE, _ONE_THREE = _weighted(3, 1, 3), _weighted(1, 3, 1)
_LAST_NEW = {str(digit): digit for digit in range(10)}
_LAST_OLD = _LAST_NEW | {"X": 10, "x": 10}
_PREFIX = {"978": 9 + 3 * 7 + 8, "979": 9 + 3 * 7 + 9}
_FILLERS = frozenset(str(digit) * 10 for digit in range(10))


def plain_isbn(text: str) -> ISBN13 | None:
    """The ISBN that the ten or thirteen characters of `text` are; None where they are none.

    None as well for what has a right check digit and still names no book: one digit ten times,
    979-0 (printed music), and thirteen digits of which the last six are zeros.
    """
    try:
        if len(text) == THIRTEEN:
            return _thirteen(text)
        if len(text) == TEN:
            return _ten(text)
    except KeyError:
        pass
    return None


def _thirteen(text: str) -> ISBN13 | None:
    total = (
        _PREFIX[text[:3]]
        + _THREE_ONE[text[3:6]]
        + _ONE_THREE[text[6:9]]
        + _THREE_ONE[text[9:12]]
        + _LAST_NEW[text[12]]
    )
    if total % 10 or text.startswith("9790"):
        return None
    isbn = int(text)
    return ISBN13(isbn) if isbn % GONE_DIGITS else None


def _ten(text: str) -> ISBN13 | None:
    one, two, three = text[:3], text[3:6], text[6:9]
    if (_OLD_1[one] + _OLD_2[two] + _OLD_3[three] + _LAST_OLD[text[9]]) % 11 or text in _FILLERS:
        return None
    total = _PREFIX["978"] + _THREE_ONE[one] + _ONE_THREE[two] + _THREE_ONE[three]
    return ISBN13(BOOKLAND + int(text[:9]) * 10 + -total % 10)


def ends_in_zeros(digits: str) -> bool:
    """Whether a spreadsheet wrote these thirteen digits out of a rounded number."""
    return digits.endswith("000000")


def is_ean(digits: str) -> bool:
    """Whether 12 or 13 ASCII digits end in the check digit of a UPC-A or EAN-13 number."""
    number = digits.zfill(13)
    return (
        number.isdecimal()
        and (sum(map(int, number[::2])) + 3 * sum(map(int, number[1::2]))) % 10 == 0
    )


def is_issn(characters: str) -> bool:
    """Whether eight characters end in the check digit of an ISSN (ISO 3297: modulo 11)."""
    weights = range(8, 1, -1)
    total = sum(w * int(digit) for w, digit in zip(weights, characters[:7], strict=True))
    return (total + _LAST_OLD.get(characters[7], 1)) % 11 == 0
