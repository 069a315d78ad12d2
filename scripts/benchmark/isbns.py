"""The ISBNs of the benchmarks: without end, each once, in an order that no index likes."""

from collections.abc import Iterator
from itertools import count

from crawler.isbn import ISBN13

ENGLISH = 978_0_0000_0000
"""978-0 without check digit: 100 million ISBNs, nearly all in ranges that were issued."""

STRIDE = 63_641_363
"""Prime to 100 million, so that its multiples meet each number once."""


def isbns() -> Iterator[ISBN13]:
    """The same ISBNs in every run; a list of books has no order either."""
    return (with_check_digit(ENGLISH + number * STRIDE % 10**8) for number in count(1))


def with_check_digit(core: int) -> ISBN13:
    """The ISBN of these twelve digits (ISBN Users' Manual, 7th edition, appendix 1)."""
    digits, weighted = core, 0
    for place in range(12):
        digits, digit = divmod(digits, 10)
        weighted += digit if place % 2 else 3 * digit
    return ISBN13(core * 10 + -weighted % 10)
