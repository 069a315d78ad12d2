"""Many ISBNs, all faults mixed at random: nothing is lost, and memory and descriptors stay flat."""

import signal
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from msgspec import Struct

from crawler.sandbox import SandboxOptions, parse_faults
from tests.acceptance.api import Api, sandbox
from tests.acceptance.books import isbns
from tests.acceptance.database import Database
from tests.acceptance.driver import Bookcrawl, Ended, Process, ending
from tests.faults.account import Account
from tests.faults.effort import by_effort
from tests.faults.proc import catches
from tests.faults.trial import KNOWN_FILES, assert_spoke_plainly

BOOKS = by_effort(2_000, 200_000)
INTERRUPTIONS = by_effort(4, 100)
LONGEST_UNINTERRUPTED_S = by_effort(0.8, 2.5)
LONGEST_STOP_S = by_effort(0.3, 4.0)

FAULTS = (
    "503=0.02,500=0.005,502=0.005,504=0.005,reset=0.005,cut=0.005,torn=0.005,empty=0.005,"
    f"shape=0.005,html200=0.005,html=0.005,drip=0.0003,stall=0.0003,429={by_effort(0, 0.00001)}"
)
"""Some 7 % of the calls. One that drips or stalls takes a worker for its whole time-out, and a 429
stops all of them for a minute."""

CONCURRENCY = 50
ASKING = ("--rate", "0", "--concurrency", str(CONCURRENCY), "--timeout", "2", "--daily-quota", "0")

LOOK_EVERY_S = 0.25
STARTING_LOOKS = 20
"""In which a process grows until it has done each thing once."""

GROWTH_KB = 12_000
"""By so much may the memory of a run's last quarter be above that of its first: the allocator takes
and gives back whole arenas."""

OTHER_DESCRIPTORS = 40
"""Files and pipes of a crawl, which are there besides the connections of its calls."""

PATIENCE_S = 1_800.0


class Look(Struct, frozen=True):
    """A running crawl as the system sees it."""

    memory_kb: int
    descriptors: int


def find_look(process: Process) -> Look | None:
    """None where it has just ended."""
    proc = Path(f"/proc/{process.pid}")
    lines = (proc / "status").read_text().splitlines()
    memory = [int(line.split()[1]) for line in lines if line.startswith("RssAnon")]
    return Look(memory[0], sum(1 for _ in (proc / "fd").iterdir())) if memory else None


def interrupt(process: Process, chance: Random) -> str:
    """By what a user, a system or a bad moment sends; its name."""
    sent = chance.choice(["SIGKILL", "SIGKILL", "SIGTERM", "SIGINT", "SIGSTOP"])
    if sent != "SIGSTOP" and not catches(process, signal.SIGHUP):
        sent = "SIGKILL"  # Python is still starting
    process.send_signal(signal.Signals[sent])
    if sent == "SIGSTOP":
        time.sleep(chance.uniform(0, LONGEST_STOP_S))
        process.send_signal(signal.SIGCONT)
        return sent
    out, err = process.communicate(timeout=PATIENCE_S)
    if sent != "SIGKILL":
        ended = Ended(process.returncode, out.decode(), err.decode())
        number = signal.Signals[sent]
        if ended.code == -number:  # in its last moment it has let go of signals, and of words
            assert "Traceback" not in ended.err, ended.err
            return sent
        assert ended.code in {0, 128 + number}, ended.err
        assert_spoke_plainly(ended)
    return sent


class Witness:
    """Sees over all runs that what is settled stays settled, and is not asked for again."""

    def __init__(self, database: Database, api: Api) -> None:
        self._database = database
        self._api = api
        self._settled: dict[str, str] = {}
        self._asked = 0

    def look(self) -> None:
        """Compare with the last look."""
        if not self._database.holds_some_isbns():
            return
        asked = self._api.asked()
        states = self._database.states()
        assert self._settled.keys().isdisjoint(asked[self._asked :])
        assert self._settled.items() <= states.items()
        self._asked = len(asked)
        self._settled = {isbn: state for isbn, state in states.items() if state != "pending"}


def crawl_interrupted(
    program: Bookcrawl, command: tuple[str, ...], witness: Witness, chance: Random
) -> Counter[str]:
    """Start it again and again, each time until it is interrupted; how often by what."""
    met: Counter[str] = Counter()
    while met.total() < INTERRUPTIONS:
        with program.start(*command) as process:
            while process.poll() is None:
                time.sleep(chance.uniform(0.2, LONGEST_UNINTERRUPTED_S))
                if process.poll() is None:
                    met[interrupt(process, chance)] += 1
        witness.look()
    return met


def crawl_watched(program: Bookcrawl, command: tuple[str, ...]) -> tuple[Ended, list[Look]]:
    """Let it run to its end; how it ended, and how it looked all the while."""
    looks = []
    with program.start(*command) as process:
        while process.poll() is None:
            if look := find_look(process):
                looks.append(look)
            time.sleep(LOOK_EVERY_S)
        return ending(process), looks


def growth_kb(looks: list[Look]) -> int:
    """From the most memory early in a run to the most late in it; while it starts, it may grow."""
    later = looks[STARTING_LOOKS:]
    quarter = len(later) // 4
    if not quarter:
        return 0
    first, last = later[:quarter], later[-quarter:]
    return max(look.memory_kb for look in last) - max(look.memory_kb for look in first)


@pytest.mark.parametrize("group", ["1", "auto"])
def test_through_all_faults_at_random_nothing_is_lost_and_memory_stays_flat(
    program: Bookcrawl, chance: Random, account: Account, group: str
) -> None:
    books = isbns(BOOKS)
    file = program.write("isbns.txt", books)
    with sandbox(program.home.parent, SandboxOptions(errors=parse_faults(FAULTS))) as api:
        command = ("crawl", "--json", "--base-url", api.url, *ASKING, "--group", group, file)
        witness = Witness(program.database, api)
        met = crawl_interrupted(program, command, witness, chance)
        ended, looks = crawl_watched(program, command)
        witness.look()
        refused = sum(call.fault is not None for call in api.calls())
        verdicts = api.verdicts(books)
    assert ended.code == 0, ended.err
    assert_spoke_plainly(ended)
    assert program.database.states() == verdicts
    assert program.database.is_sound()
    assert {path.name for path in program.home.iterdir()} <= KNOWN_FILES | {file}
    print(f"{growth_kb(looks):,} kB of growth, of {max(look.memory_kb for look in looks):,}")
    assert growth_kb(looks) < GROWTH_KB
    assert max(look.descriptors for look in looks) <= CONCURRENCY + OTHER_DESCRIPTORS
    account("load", f"all of the sandbox's errors in {BOOKS:,} ISBNs", "7 % of the calls",
            times=refused, lost=0)  # fmt: skip
    for name, times in met.items():
        account("load", name, f"at random moments of the same {BOOKS:,}", times=times, lost=0)
