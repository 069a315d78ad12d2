"""What the candidates have to cope with."""

from msgspec import Struct

from scripts.benchmark.behaviour import Behaviour

LATENCY_S = 0.15

SEEDS_LATENCY_S = 0.053
SEEDS_CONNECT_S = 0.14
"""In the seeds' measurement a call in an open session took 8 s / 150, one with a connection of its
own 29 s / 150: the difference is what TCP and TLS cost, which loopback does not have."""


class Workload(Struct, frozen=True):
    """`concurrency` is what candidates that can are told to keep in flight, `books` how many they
    ask for, unless they are told to ask for fewer; `rate` is in calls a second, 0 for none.
    """

    name: str
    what: str
    books: int
    concurrency: int
    behaviour: Behaviour = Behaviour()
    rate: int = 0


WORKLOADS = (
    Workload(
        "no-latency", "No latency, 64 at a time: what the programs cost themselves", 20_000, 64
    ),
    Workload("150ms-10", "150 ms latency, 10 at a time", 500, 10, Behaviour(LATENCY_S)),
    Workload("150ms-100", "150 ms latency, 100 at a time", 5_000, 100, Behaviour(LATENCY_S)),
    Workload("150ms-500", "150 ms latency, 500 at a time", 20_000, 500, Behaviour(LATENCY_S)),
    Workload(
        "rate-1", "A rate of 1 call a second, 150 ms latency", 20, 10, Behaviour(LATENCY_S), 1
    ),
    Workload("rate-100", "A rate of 100, 150 ms latency", 1_000, 64, Behaviour(LATENCY_S), 100),
    Workload(
        "rate-1000", "A rate of 1,000, 150 ms latency", 10_000, 500, Behaviour(LATENCY_S), 1_000
    ),
    Workload(
        "refusals", "5 % of the calls get a 503, no latency", 2_000, 64, Behaviour(refused=0.05)
    ),
    Workload(
        "seeds-150",
        "150 calls of 53 ms, a new connection costs 140 ms more (the seeds' own: sequential 29 s, "
        "one by one 8 s, gathered 1.53 s)",
        150,
        100,
        Behaviour(SEEDS_LATENCY_S, SEEDS_CONNECT_S),
    ),
    Workload(
        "seeds-10",
        "10 ISBNs, 350 ms a call, a new connection costs 140 ms more (the seeds' own: sequential "
        "4 to 6 s, asynchronous 0.8 to 1 s)",
        10,
        10,
        Behaviour(0.35, SEEDS_CONNECT_S),
    ),
)
