"""A Google Books of our own on loopback, for trying things, for tests and for benchmarks.

It is an independent witness: written from what is known of the API, it shares no code with the
crawler but the reading of an ISBN.
"""

from crawler.isbn import ISBN13
from crawler.sandbox.clock import Clock
from crawler.sandbox.faults import FaultShare, parse_faults
from crawler.sandbox.options import SandboxOptions
from crawler.sandbox.server import serve
from crawler.sandbox.world import Verdict, verdict_of

__all__ = ["Clock", "FaultShare", "SandboxOptions", "Verdict", "parse_faults", "serve", "verdict"]


def verdict(isbn: ISBN13, options: SandboxOptions) -> Verdict:
    """What a crawler has to make of this ISBN in a sandbox of made-up books.

    `found`: the search shows a volume with the ISBN; `unconfirmed`: one without any ISBN;
    `plain_only`: only the plain query finds it, for `isbn:` it is missing; `missing`: no such book.
    """
    return verdict_of(isbn, options.world)
