"""Which ISBNs can have been issued: the ranges of registration groups and registrants.

The ranges are the International ISBN Agency's, as python-stdnum carries them. They grow with time,
so an ISBN outside of them is unlikely, not impossible.
"""

from bisect import bisect_right
from functools import cache

from stdnum import isbn as rules
from stdnum import numdb

from crawler.isbn import ISBN13


def never_issued(isbn: ISBN13) -> bool:
    """Whether `isbn` lies in no registrant's range; under a microsecond a call."""
    starts, ends = _issued()
    place = bisect_right(starts, isbn // 10) - 1
    return place < 0 or isbn // 10 > ends[place]


def publisher_prefix(isbn: ISBN13) -> str | None:
    """`978-0-14`: prefix element, registration group and registrant; None if never issued."""
    prefix, group, registrant, _, _ = rules.split(str(isbn))
    return f"{prefix}-{group}-{registrant}" if registrant else None


def registration_group(isbn: ISBN13) -> str | None:
    """The country, territory or language of the registration group: `Portugal`."""
    parts = numdb.get("isbn").info(str(isbn)[:-1])
    return parts[1][1].get("agency") if len(parts) > 1 else None


@cache
def _issued() -> tuple[list[int], list[int]]:
    """First and last number, without check digit, of each registrant range, in order."""
    spans: list[tuple[int, int]] = []
    for _, prefix, _, _, groups in numdb.get("isbn").prefixes:
        for _, group, _, _, registrants in groups:
            for _, low, high, _, _ in registrants:
                first, last = prefix + group + low, prefix + group + high
                spans.append((int(first.ljust(12, "0")), int(last.ljust(12, "9"))))
    spans.sort()
    return [first for first, _ in spans], [last for _, last in spans]
