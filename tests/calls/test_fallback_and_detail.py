"""Second calls: the plain search for what `isbn:` does not find, and a book's whole record."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import Struct
from msgspec.structs import replace

from crawler.book import Detail
from crawler.commands.summary import Summary
from crawler.fetch.retry import TRIES
from crawler.isbn import ISBN13
from crawler.library.options import AskOptions
from crawler.sandbox import SandboxOptions, verdict
from crawler.sandbox.detail import make_detailed
from crawler.sandbox.volumes import make_volume
from crawler.sources.text import plain_text
from crawler.store.payloads import decompress
from tests.calls.crawling import ASKING, Crawled, crawl_from_sandbox, made_up_isbns
from tests.calls.jumping import run_jumping
from tests.calls.refusing import Refusal, refusing
from tests.calls.runs import asking, crawl, rows

SANDBOX = SandboxOptions(hit_rate=0.5)
ISBNS = made_up_isbns(400, seed=21)
SOME = ISBNS[:150]
QUOTA = 5000
GROUPS = pytest.mark.parametrize("group", [1, None], ids=["singly", "auto"])


def of_verdict(*verdicts: str, among: Iterable[ISBN13] = ISBNS) -> set[ISBN13]:
    return {isbn for isbn in among if verdict(isbn, SANDBOX) in verdicts}


def found_in(crawled: Crawled) -> set[ISBN13]:
    return {ISBN13(isbn) for _, isbn, state in crawled.table.states if state == "found"}


def crawl_made_up(folder: Path, isbns: list[ISBN13], **options: Any) -> Crawled:
    asked: AskOptions = replace(ASKING, daily_quota=QUOTA, **options)
    crawled = crawl_from_sandbox(folder, isbns, SANDBOX, asked)
    assert (crawled.last.exit_code(), crawled.last.ledger.pending) == (0, 0)
    assert crawled.last.calls.total == crawled.last.quota.used == len(crawled.log)
    return crawled


@GROUPS
def test_the_plain_search_finds_what_isbn_does_not_and_costs_a_call_for_each(
    tmp_path: Path, group: int | None
) -> None:
    without = crawl_made_up(tmp_path / "without", ISBNS, group=group)
    plain = crawl_made_up(tmp_path / "with", ISBNS, group=group, fallback=True)
    only_plain = of_verdict("plain_only")
    assert len(only_plain) >= 5
    assert found_in(plain) - found_in(without) == only_plain
    assert found_in(plain) == of_verdict("found", "unconfirmed", "plain_only")
    assert len(plain.log) - len(without.log) == len(of_verdict("plain_only", "missing"))


def test_the_plain_search_never_takes_a_book_that_only_mentions_the_number(tmp_path: Path) -> None:
    plain = crawl_made_up(tmp_path, ISBNS, fallback=True)
    mentioned = [
        call for call in plain.log
        if not str(call["query"]).startswith("q=isbn:") and call["status"] == 200
    ]  # fmt: skip
    assert mentioned
    books = rows(tmp_path / "books.db", "SELECT isbn13, source_id, match FROM books")
    own = {isbn: make_volume(ISBN13(isbn), SANDBOX.world).id for isbn, _, _ in books}
    assert {isbn: source_id for isbn, source_id, _ in books} == own
    unsure = {isbn for isbn, _, match in books if match == "unconfirmed"}
    assert unsure == of_verdict("unconfirmed")


def crawl_one_in_detail(folder: Path, detail: Refusal) -> Summary:
    """From an API that knows the ISBN and its title, and has `detail` for the whole record."""

    async def crawl_one() -> Summary:
        async with refusing(lambda _call, _isbns: None, detail=detail) as api:
            asked = asking(api.url, detail=Detail.ALWAYS)
            return await crawl(folder / "books.db", asked, ISBNS[:1])

    return run_jumping(crawl_one())


class Described(Struct, frozen=True):
    """What the whole record may tell more of."""

    description: str | None
    page_count: int | None
    categories: list[str]


def described(folder: Path) -> dict[int, Described]:
    books = rows(
        folder / "books.db", "SELECT isbn13, description, page_count, categories FROM books"
    )
    return {
        isbn: Described(text, pages, msgspec.json.decode(categories or "[]", type=list[str]))
        for isbn, text, pages, categories in books
    }


def searched(isbn: ISBN13) -> Described:
    info = make_volume(isbn, SANDBOX.world).volume_info
    told = plain_text(info.description), info.page_count or None, list(info.categories or ())
    return Described(*told)


def merged(isbn: ISBN13) -> Described:
    """The whole record's, and the search's where that lacks."""
    info, first = make_detailed(isbn, SANDBOX.world).volume_info, searched(isbn)
    return Described(
        plain_text(info.description) or first.description,
        info.page_count or first.page_count,
        list(info.categories or first.categories),
    )


def lacks(isbn: ISBN13) -> bool:
    first = searched(isbn)
    return first.description is None or first.page_count is None


@GROUPS
@pytest.mark.parametrize("detail", [Detail.MISSING, Detail.ALWAYS])
def test_the_whole_record_tells_description_pages_and_categories_for_a_call_each(
    tmp_path: Path, detail: Detail, group: int | None
) -> None:
    books = of_verdict("found", "unconfirmed", among=SOME)
    wanted = books if detail is Detail.ALWAYS else {isbn for isbn in books if lacks(isbn)}
    assert 0 < len(wanted) <= len(books)
    brief = crawl_made_up(tmp_path / "brief", SOME, group=group)
    full = crawl_made_up(tmp_path / "full", SOME, group=group, detail=detail)
    expected = {isbn: merged(isbn) if isbn in wanted else searched(isbn) for isbn in books}
    assert described(tmp_path / "brief") == {isbn: searched(isbn) for isbn in books}
    assert described(tmp_path / "full") == expected
    gotten = [call for call in full.log if not str(call["path"]).endswith("/volumes")]
    assert len(gotten) == len(full.log) - len(brief.log) == len(wanted)


def test_what_both_records_tell_but_those_three_stays_as_the_search_told_it(
    tmp_path: Path,
) -> None:
    for detail in (Detail.NEVER, Detail.ALWAYS):
        crawl_made_up(tmp_path / detail, SOME, detail=detail)
    told = """
        SELECT isbn13, title, authors, publisher, published, language, average_rating,
            thumbnail_url, info_link, source_id, match
        FROM books WHERE title IS NOT NULL
    """
    brief, full = (rows(tmp_path / detail / "books.db", told) for detail in ("never", "always"))
    assert brief == full


def test_where_the_whole_record_disagrees_only_what_it_tells_more_of_is_taken(
    tmp_path: Path,
) -> None:
    told = {"title": "Another", "publisher": "P", "pageCount": 7, "categories": ["A / B"]}
    whole = Refusal(200, msgspec.json.encode({"id": "x", "volumeInfo": told}))
    summary = crawl_one_in_detail(tmp_path, whole)
    assert (summary.exit_code(), summary.calls.total) == (0, 2)
    read = "SELECT title, publisher, page_count, categories, isbn13, match FROM books"
    (book,) = rows(tmp_path / "books.db", read)
    assert book == (str(ISBNS[0]), "P", 7, '["A / B"]', ISBNS[0], "confirmed")


def test_both_records_are_kept_as_they_were_received(tmp_path: Path) -> None:
    crawl_made_up(tmp_path, SOME, detail=Detail.MISSING)
    with closing(sqlite3.connect(tmp_path / "books.db")) as connection:
        kept = connection.execute(
            "SELECT isbn13, payloads.body, dictionaries.body FROM books JOIN payloads USING (id)"
            " JOIN dictionaries ON dictionaries.id = dictionary"
        ).fetchall()
    pairs = 0
    for isbn, body, dictionary in kept:
        record = msgspec.json.decode(decompress(body, dictionary))
        assert isinstance(record, list) == lacks(isbn)
        if isinstance(record, list):
            first, second = record
            assert first["id"] == second["id"] == make_volume(isbn, SANDBOX.world).id
            whole = make_detailed(isbn, SANDBOX.world).volume_info
            assert second["volumeInfo"].get("description") == whole.description
            pairs += 1
    assert pairs > 0


@pytest.mark.parametrize(
    ("refusal", "calls"), [(Refusal(404, b""), 1), (Refusal(503, b""), TRIES)], ids=["404", "503"]
)
def test_a_book_whose_whole_record_is_not_to_be_had_is_as_the_search_told_it(
    tmp_path: Path, refusal: Refusal, calls: int
) -> None:
    """For a malformed id Google answers 503 for ever."""
    summary = crawl_one_in_detail(tmp_path, refusal)
    assert (summary.exit_code(), summary.ledger.found) == (0, 1)
    assert summary.calls.total == 1 + calls
    assert rows(tmp_path / "books.db", "SELECT title FROM books") == [(str(ISBNS[0]),)]
