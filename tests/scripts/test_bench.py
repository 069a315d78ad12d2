"""scripts/bench, in small: whether what it measures is what it says.

Its full form needs packages that the tests do without; which candidates these are, it says.
"""

import gzip
import json
import re
import subprocess
import sys
import tomllib
from contextlib import closing
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path

import msgspec
import pytest

from crawler.isbn import find_isbn
from scripts.benchmark.answers import ask, make_answers, make_api
from scripts.benchmark.behaviour import Behaviour
from scripts.benchmark.cores import Cores
from scripts.benchmark.field import CANDIDATES, Candidate
from scripts.benchmark.isbns import isbns
from scripts.benchmark.parts import Part
from scripts.benchmark.readme_queries import read_queries
from scripts.benchmark.record import Report
from scripts.benchmark.replies import Replies
from scripts.benchmark.running_server import RunningServer, serving
from scripts.benchmark.stalls import Stalls
from scripts.benchmark.summary import summarize
from scripts.benchmark.tables import tell
from scripts.benchmark.workloads import WORKLOADS
from tests.scripts.test_locks import named, pins

ROOT = Path(__file__).parents[2]
BOOKS = 120
IN_THE_DEV_LOCK = [
    "bare", "ours", "ours-terminal", "ours-grouped", "one-by-one", "gather", "gather-40",
]  # fmt: skip


def run(*arguments: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "scripts.benchmark", *arguments],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=60,
        text=True,
    )
    return ended.stdout


def test_a_heart_in_the_loop_of_a_crawl_tells_how_late_it_beats() -> None:
    (stalls,) = msgspec.json.decode(run("stalls", "--quick", "--json"), type=list[Stalls])
    assert stalls.workload == "no-latency"
    assert stalls.beats > 0
    assert 0 <= stalls.median_ms <= stalls.p99_ms <= stalls.longest_ms


def test_the_parts_of_a_crawl_and_its_rest_make_the_whole() -> None:
    measured = msgspec.json.decode(run("parts", "--quick", "--json"), type=list[Part])
    us = {part.name: part.us for part in measured}
    assert {name for name in us if us[name] <= 0} <= {"rest"}  # of 200 ISBNs, it may be noise
    whole = us.pop("whole")
    assert sum(us.values()) == pytest.approx(whole)


def test_a_quick_run_measures_each_candidate_and_finds_its_books_stored() -> None:
    only = [f"--only={name}" for name in IN_THE_DEV_LOCK]
    printed = run("--quick", f"--books={BOOKS}", "--json", *only)
    report = msgspec.json.decode(printed, type=Report)
    assert report.left_out == ()
    assert [run.candidate for run in report.runs] == IN_THE_DEV_LOCK
    with_isbn13 = sum(b'"ISBN_13"' in answer.body for answer in make_answers(BOOKS))
    right = [None, *[BOOKS] * 5, with_isbn13]
    assert [run.right for run in report.runs] == right
    calls = {run.candidate: run.arrivals.calls for run in report.runs}
    assert calls.pop("ours-grouped") < BOOKS
    assert calls.pop("gather-40") == BOOKS / 40
    assert set(calls.values()) == {BOOKS}
    assert all(run.spent.cpu_s > 0 and run.spent.peak_bytes > 10**7 for run in report.runs)
    bare, *others = summarize(report)
    assert bare.of_bare is not None
    assert bare.of_bare.median == 1
    assert all(line.of_bare and line.of_bare.median > 0 for line in others)

    table = "\n".join(tell(report))
    right_of = dict(re.findall(r"^\| ([a-z][a-z0-9-]*) .* \| +([^|]+?) \|$", table, re.MULTILINE))
    assert list(right_of) == ["candidate", *IN_THE_DEV_LOCK]
    assert right_of["ours"] == "all 120"
    assert right_of["gather-40"] == f"{with_isbn13} of 120"


def test_a_candidate_that_can_not_run_is_named_with_what_it_lacks() -> None:
    candidate = Candidate("late", "", "late", (), needs=("msgspec", "no_such_module"))
    left_out = candidate.reason_to_leave_out()
    assert left_out is not None
    assert left_out.reason == "no_such_module not installed"


def test_candidates_run_in_workloads_and_from_programs_that_there_are() -> None:
    programs = {path.stem for path in (ROOT / "scripts/benchmark/candidates").glob("*.py")}
    assert {each.program for each in CANDIDATES} - {None} <= programs
    assert {name for each in CANDIDATES for name in each.workloads} == {w.name for w in WORKLOADS}


def test_the_isbns_are_valid_and_each_comes_once() -> None:
    some = list(islice(isbns(), 1_000))
    assert len(set(some)) == len(some)
    assert [find_isbn(str(isbn)) for isbn in some] == some


@pytest.mark.parametrize("together", [1, 2, 40])
def test_a_reply_says_what_the_sandbox_says_plain_and_packed(together: int) -> None:
    answers = list(make_answers(together))
    replies = Replies(answers)
    asked = [str(answer.isbn).encode() for answer in answers]
    plain, packed = (replies.find(asked, packed=packed) for packed in (False, True))
    body = plain.partition(b"\r\n\r\n")[2]
    assert without_etags(body) == without_etags(ask(make_api(), [each.isbn for each in answers]))
    assert gzip.decompress(packed.partition(b"\r\n\r\n")[2]) == body


def without_etags(body: bytes) -> bytes:
    """They differ from answer to answer."""
    return re.sub(rb'"etag": "[^"]*"', b"", body)


def test_the_server_refuses_the_share_that_it_is_told_to_and_counts(tmp_path: Path) -> None:
    with serving(10, tmp_path, Cores()) as server:
        server.begin(Behaviour(refused=0.3))
        statuses = [status(server, "q=isbn:9780000000002") for _ in range(50)]
        arrivals = server.arrivals()
    assert set(statuses) == {200, 503}
    assert (arrivals.calls, arrivals.isbns) == (50, 50)
    assert arrivals.refused == statuses.count(503)
    assert arrivals.first_at is not None
    assert arrivals.last_at is not None
    assert arrivals.first_at < arrivals.last_at


def status(server: RunningServer, query: str) -> int:
    connection = HTTPConnection("127.0.0.1", server.ready.port)
    with closing(connection):
        connection.request("GET", f"/books/v1/volumes?{query}")
        return connection.getresponse().status


def test_a_database_is_filled_searched_queried_and_exported() -> None:
    report = json.loads(run("database", "--books=1000", "--json"))
    assert {step["result"] for step in report["exported"].values()} == {1000}
    assert sum(kind["searches"] for kind in report["searched"]["result"]) == 400
    rows = [timed["rows"] for timed in report["queried"]["result"]]
    assert len(rows) == 10
    assert all(rows)


def test_growth_is_measured_without_a_failure() -> None:
    program = (
        "from scripts.benchmark.growth import *; print(*tell(list(grow([500], str))), sep='\\n')"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=60,
        text=True,
    )
    _, _, row = printed.stdout.splitlines()
    cells = [float(cell.replace(",", "")) for cell in row.strip("| ").split(" | ")]
    assert cells[0] == 500
    assert all(cell > 0 for cell in cells)


def test_the_queries_are_those_of_the_readme() -> None:
    queries = read_queries()
    assert len(queries) == 10
    assert all(query.sql.startswith("select ") for query in queries)


def test_the_lock_of_the_benchmarks_adds_to_that_of_the_tests_and_changes_nothing() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    bench, dev, runtime = (pins(f"requirements{which}.lock") for which in ("-bench", "-dev", ""))
    assert named(asked["dependency-groups"]["bench"]) <= set(bench)
    assert runtime.items() <= bench.items()
    assert {name: bench[name] for name in bench.keys() & dev} == {
        name: dev[name] for name in bench.keys() & dev
    }
    assert not re.search(r"://|\s/", (ROOT / "requirements-bench.lock").read_text(encoding="ascii"))
