import csv

from stdnum import isbn as rules

from crawler.isbn import ISBN13
from crawler.sandbox import SandboxOptions, verdict
from tests.acceptance.api import STATE_OF, Api
from tests.acceptance.driver import SAMPLE, Bookcrawl
from tests.data.test_sample import BAD


def books_of_the_sample() -> list[str]:
    """Each once, where it is named first."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        written = [row["isbn"] for row in csv.DictReader(file)]
    return list(
        dict.fromkeys(rules.validate(i, convert=True) for i in written if rules.is_valid(i))
    )


def test_a_crawl_of_the_sample_settles_each_book_as_the_sandbox_has_it(program: Bookcrawl) -> None:
    ended = program.run("crawl", "--sandbox", "--json", SAMPLE)
    assert ended.code == 0
    books = books_of_the_sample()
    assert program.database.isbns() == books
    verdicts = {isbn: verdict(ISBN13(int(isbn)), SandboxOptions()) for isbn in books}
    assert program.database.states() == {isbn: STATE_OF[v] for isbn, v in verdicts.items()}
    assert program.database.is_sound()
    unconfirmed = program.database.rows("SELECT isbn13 FROM books WHERE match = 'unconfirmed'")
    assert {str(isbn) for (isbn,) in unconfirmed} == {
        isbn for isbn, verdict_ in verdicts.items() if verdict_ == "unconfirmed"
    }


def test_the_summary_is_the_last_line_and_its_numbers_agree(program: Bookcrawl) -> None:
    ended = program.run("crawl", "--sandbox", "--json", SAMPLE)
    summary = ended.summary
    assert ended.out.count("\n") == 1
    assert summary.stopped is None
    assert (summary.input.lines, summary.input.seeds) == (500, 486)
    assert (summary.input.duplicates, summary.input.rejected) == (4, 10)
    ledger, this_run = summary.ledger, summary.this_run
    assert ledger.found + ledger.missing + ledger.failed == summary.input.seeds
    assert (ledger.pending, ledger.failed) == (0, 0)
    assert (this_run.found, this_run.missing, this_run.failed) == (ledger.found, ledger.missing, 0)
    assert summary.calls.by_status == {"200": summary.calls.total}
    assert summary.quota.used == summary.calls.total
    noted = "SELECT sum(calls), sum(isbns) >= (SELECT count(*) FROM ledger) FROM call_minutes"
    assert program.database.rows(noted) == [(summary.calls.total, True)]
    states = list(program.database.states().values())
    assert (states.count("found"), states.count("missing")) == (ledger.found, ledger.missing)


def test_the_rejects_are_those_of_the_readme(program: Bookcrawl) -> None:
    program.run("crawl", "--sandbox", SAMPLE)
    rejects = program.database.rows("SELECT line, text, reason FROM rejects ORDER BY line")
    # Of a row whose cell is empty, what else stands in it tells its owner which one it is.
    assert [(line, reason) for line, _, reason in rejects] == [(b.line, b.reason) for b in BAD]
    assert [text for _, text, _ in rejects if "," not in str(text)] == [
        b.text for b in BAD if b.text
    ]
    assert program.database.rows("SELECT DISTINCT file FROM rejects") == [(str(SAMPLE),)]


def test_each_book_costs_one_call_and_the_same_command_again_none(
    program: Bookcrawl, api: Api
) -> None:
    command = ("crawl", "--base-url", api.url, "--rate", "0", "--json", SAMPLE)
    program.run(*command)
    assert sorted(api.asked()) == sorted(books_of_the_sample())
    before, calls = program.database.contents(), len(api.calls())
    for again in (command, ("resume", *command[1:-1])):
        ended = program.run(*again)
        assert ended.code == 0
        assert ended.summary.calls.total == 0
    assert len(api.calls()) == calls
    assert program.database.contents() == before
