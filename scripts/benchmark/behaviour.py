"""How the server is told to behave, and what it tells of the calls that came."""

from msgspec import Struct


class Behaviour(Struct, frozen=True):
    """`latency_s` goes by before each answer, `connect_s` more before the first of a connection,
    as long as TCP and TLS take to be agreed on; `refused` is the share of calls that get a 503.
    """

    latency_s: float = 0.0
    connect_s: float = 0.0
    refused: float = 0.0


class Arrivals(Struct, frozen=True):
    """The calls since the last `Behaviour`.

    `first_at` and `last_at` are seconds of the machine's monotonic clock, None where none came.
    """

    calls: int
    refused: int
    isbns: int
    most_in_a_second: int
    first_at: float | None
    last_at: float | None


class Ready(Struct, frozen=True):
    """What the server says when it has begun to listen."""

    port: int
    loop: str
    plain_bytes: int
    packed_bytes: int
