"""Volume ids: twelve url-safe characters that hold an ISBN, so that no table of them is needed.

The ids of Google Books are nine bytes in base64: eight that say nothing, and a last one that is 2
or 9. Here the eight are the ISBN under a fixed permutation; most of their 64 bits are zero before
it, so an id that somebody made up decodes to no ISBN.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from crawler.isbn import ISBN13, find_isbn

_FIRST = 9_780_000_000_000
_LAST_BYTE = b"\x02"
_ROUND_KEYS = (0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C)
_LOW = 0xFFFFFFFF


def volume_id(isbn: ISBN13) -> str:
    """The id of the volume that the sandbox has for an ISBN; the seed has no part in it."""
    block = _scramble(isbn - _FIRST)
    return urlsafe_b64encode(block.to_bytes(8, "big") + _LAST_BYTE).decode("ascii")


def is_well_formed(text: str) -> bool:
    """Whether `text` could be an id at all. For one that could not, Google answers 503, not 404."""
    return re.fullmatch(r"[A-Za-z0-9_-]{12}", text) is not None


def find_isbn_of(text: str) -> ISBN13 | None:
    """The ISBN that a well-formed id holds, or `None` where it holds none."""
    raw = urlsafe_b64decode(text)
    if raw[8:] != _LAST_BYTE:
        return None
    return find_isbn(str(_FIRST + _unscramble(int.from_bytes(raw[:8], "big"))))


def _scramble(block: int) -> int:
    left, right = block >> 32, block & _LOW
    for key in _ROUND_KEYS:
        left, right = right, left ^ _mix(right, key)
    return left << 32 | right


def _unscramble(block: int) -> int:
    left, right = block >> 32, block & _LOW
    for key in reversed(_ROUND_KEYS):
        left, right = right ^ _mix(left, key), left
    return left << 32 | right


def _mix(half: int, key: int) -> int:
    product = (half ^ key) * 0x9E3779B1
    return (product ^ product >> 29) & _LOW
