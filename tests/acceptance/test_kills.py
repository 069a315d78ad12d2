"""kill -9 at any moment: what was answered and stored is there, and nothing is asked for twice."""

import subprocess
from random import Random

from crawler.sandbox import SandboxOptions
from tests.acceptance.api import Api, sandbox
from tests.acceptance.books import isbns
from tests.acceptance.database import Database
from tests.acceptance.driver import Bookcrawl, kill, wait_until

SLOW = SandboxOptions(latency_s=(0.01, 0.06))
KILLS = 4


def left_alone(program: Bookcrawl, file: str, *asking: str) -> Database:
    """What a crawl of the same file leaves that nobody disturbs."""
    assert program.run("crawl", "--db", "alone.db", *asking, file).code == 0
    return Database(program.home / "alone.db")


def test_after_each_kill_the_database_is_sound_and_holds_only_what_was_answered(
    program: Bookcrawl, chance: Random
) -> None:
    file = program.write("isbns.txt", isbns(300))
    with sandbox(program.home, SLOW) as api:
        command: tuple[str, ...] = ("crawl", "--base-url", api.url, "--rate", "0", file)
        for number in range(KILLS):
            last = len(api.asked()) + chance.randrange(1, 60)
            program.run_and_kill(*command, when=lambda: len(api.asked()) >= last)  # noqa: B023
            left = program.database.copied(program.home / f"kill {number}")
            assert left.is_sound()
            verdicts = api.verdicts(sorted(left.settled()))
            assert left.states() == dict.fromkeys(isbns(300), "pending") | verdicts
            assert left.settled() <= set(api.answered())


def test_a_crawl_killed_while_it_starts_is_started_by_the_same_command_again(
    program: Bookcrawl, api: Api, chance: Random
) -> None:
    file = program.write("isbns.txt", isbns(30))
    asking = ("--base-url", api.url, "--rate", "0")
    command = ("crawl", *asking, file)
    for _ in range(KILLS):
        with program.start(*command) as process:
            try:
                process.wait(timeout=chance.uniform(0.1, 0.5))
            except subprocess.TimeoutExpired:
                kill(process)
    assert program.run(*command).code == 0
    assert program.database.is_sound()
    assert program.database.contents() == left_alone(program, file, *asking).contents()


def test_the_rest_of_a_big_file_is_read_by_the_resume_after_a_kill(
    program: Bookcrawl, api: Api
) -> None:
    books = isbns(60_000)
    file = program.write("isbns.txt", [*books, "not an ISBN"])
    asking = ("--base-url", api.url, "--rate", "0", "--limit", "3")
    program.run_and_kill("crawl", *asking, file, when=program.database.holds_some_isbns)
    listed = program.database.isbns()
    assert 0 < len(listed) < len(books)
    assert listed == books[: len(listed)]
    assert program.run("resume", *asking).code == 0
    assert program.database.isbns() == books
    rejects = program.database.rows("SELECT line, text, reason FROM rejects")
    assert rejects == [(len(books) + 1, "not an ISBN", "not_an_isbn")]
    again = program.run("resume", "--json", *asking)
    assert again.summary.input.lines == 0
    assert program.database.isbns() == books


def test_of_standard_input_that_was_cut_short_the_resume_asks_for_what_is_listed_and_says_so(
    program: Bookcrawl, api: Api
) -> None:
    books = isbns(30_000)
    asking = ("--base-url", api.url, "--rate", "0", "--limit", "3")
    with program.start("crawl", *asking, "-", stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write("\n".join(books).encode())
        wait_until(program.database.holds_some_isbns, process)
        kill(process)
    listed, asked = program.database.isbns(), len(api.asked())
    assert listed == books[: len(listed)]
    resumed = program.run("resume", *asking)
    assert resumed.code == 2
    assert "standard input was not read to its end" in resumed.err
    assert len(api.asked()) == asked + 3
    again = program.run("crawl", *asking, "-", stdin="\n".join(books).encode())
    assert again.code == 0
    assert program.database.isbns() == books
    assert program.run("resume", *asking).code == 0
