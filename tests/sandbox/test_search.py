import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct, json

from crawler.isbn import ISBN13, find_isbn, hyphenated, isbn10
from crawler.sandbox import SandboxOptions, verdict
from crawler.sandbox.collection import MadeUp
from crawler.sandbox.query import parse_query
from crawler.sandbox.world import Case, World, case_of, verdict_of
from tests.sandbox.world import WORLD, isbn_with, isbns, patient, some_isbns


class Identifier(Struct, frozen=True):
    type: str
    identifier: str


class Info(Struct, frozen=True, rename="camel"):
    title: str
    industry_identifiers: tuple[Identifier, ...] = ()

    @property
    def isbns(self) -> set[ISBN13]:
        found = (find_isbn(e.identifier) for e in self.industry_identifiers if e.type[:4] == "ISBN")
        return {isbn for isbn in found if isbn is not None}


class Item(Struct, frozen=True, rename="camel"):
    id: str
    volume_info: Info


def items(query: str, world: World = WORLD, size: int = 40) -> list[Item]:
    page = MadeUp(world).search(parse_query(query), slice(0, size), "US")
    return [json.decode(item, type=Item) for item in page.items]


def isbns_found(query: str, world: World = WORLD) -> set[ISBN13]:
    return {isbn for item in items(query, world) for isbn in item.volume_info.isbns}


def judged(isbn: ISBN13, world: World = WORLD) -> str:
    """What a careful reader makes of the answers alone, without knowing the rule."""
    found = items(f"isbn:{isbn}", world)
    if any(isbn in item.volume_info.isbns for item in found):
        return "found"
    if any(not item.volume_info.isbns for item in found):
        return "unconfirmed"
    return "plain_only" if isbn in isbns_found(str(isbn), world) else "missing"


@patient
@given(isbns, st.integers(0, 3), st.sampled_from([0.0, 0.5, 0.8, 1.0]))
def test_the_verdict_is_what_the_answers_show(isbn: ISBN13, seed: int, hit_rate: float) -> None:
    options = SandboxOptions(seed=seed, hit_rate=hit_rate)
    assert verdict(isbn, options) == judged(isbn, options.world)


@pytest.mark.parametrize("hit_rate", [0.0, 0.35, 0.8, 1.0])
def test_the_hit_rate_is_the_share_that_an_isbn_search_finds(hit_rate: float) -> None:
    world = World(3, hit_rate)
    verdicts = [verdict_of(isbn, world) for isbn in some_isbns(4_000)]
    hits = sum(each in {"found", "unconfirmed"} for each in verdicts)
    assert hits / len(verdicts) == pytest.approx(hit_rate, abs=0.03)


def test_every_case_of_the_facts_page_occurs() -> None:
    assert {case_of(isbn, WORLD) for isbn in some_isbns(2_000)} == set(Case)


def test_the_right_volume_can_come_second_after_a_wrong_one() -> None:
    isbn = isbn_with(Case.SECOND)
    wrong, right = items(f"isbn:{isbn}")
    assert isbn not in wrong.volume_info.isbns
    assert right.volume_info.isbns == {isbn}


def test_an_unknown_isbn_can_bring_unrelated_books() -> None:
    isbn = isbn_with(Case.UNRELATED)
    found = items(f"isbn:{isbn}")
    assert found
    assert all(item.volume_info.isbns and isbn not in item.volume_info.isbns for item in found)


def test_the_right_volume_can_carry_no_isbn_at_all() -> None:
    found = items(f"isbn:{isbn_with(Case.NUMBERLESS)}")
    assert [item.volume_info.isbns for item in found] == [set()]


def test_some_books_are_found_by_the_plain_number_only() -> None:
    isbn = isbn_with(Case.PLAIN_ONLY)
    assert items(f"isbn:{isbn}") == []
    assert isbn in isbns_found(str(isbn))


def test_other_editions_crowd_the_page() -> None:
    isbn = isbn_with(Case.CROWDED)
    found = items(f"isbn:{isbn}")
    assert len(found) > 1
    assert len({item.volume_info.title.strip() for item in found}) == 1
    assert sum(isbn in item.volume_info.isbns for item in found) == 1


def test_a_plain_number_can_bring_a_book_that_only_mentions_it() -> None:
    assert any(len(items(str(isbn))) > 1 for isbn in some_isbns(100))


@given(isbns, st.sampled_from(["isbn:{}", "ISBN:{}", 'isbn:"{}"', " isbn:{} ", "{}", '"{}"']))
def test_both_forms_with_and_without_hyphens_ask_for_the_same_book(
    isbn: ISBN13, pattern: str
) -> None:
    plain = parse_query(pattern.format(isbn))
    assert parse_query(pattern.format(hyphenated(isbn))) == plain
    old_form = isbn10(isbn)
    if old_form is not None:
        assert parse_query(pattern.format(old_form)) == plain
        assert parse_query(pattern.format(old_form.lower())) == plain


@given(isbns, st.integers(1, 9))
def test_a_wrong_check_digit_asks_for_the_book_with_the_right_one(isbn: ISBN13, off: int) -> None:
    wrong = isbn // 10 * 10 + (isbn + off) % 10
    assert parse_query(f"isbn:{wrong}") == parse_query(f"isbn:{isbn}")


@pytest.mark.parametrize(
    "term", ["isbn:", "isbn:12345", "isbn:9790000000001", "isbn:abc", "isbn:X"]
)
def test_what_is_no_isbn_finds_nothing(term: str) -> None:
    assert items(term) == []


@patient
@given(st.lists(isbns, min_size=2, max_size=6, unique=True))
def test_or_merges_the_hits_of_its_terms_each_volume_once(asked: list[ISBN13]) -> None:
    together = [item.id for item in items(" OR ".join(f"isbn:{isbn}" for isbn in asked), size=400)]
    alone = {item.id for isbn in asked for item in items(f"isbn:{isbn}")}
    assert set(together) == alone
    assert len(together) == len(alone)


@patient
@given(isbns, isbns)
def test_company_changes_no_verdict(one: ISBN13, other: ISBN13) -> None:
    found = isbns_found(f"isbn:{one} OR isbn:{other} OR {one} OR {other}")
    assert all(verdict_of(isbn, WORLD) in {"found", "plain_only"} for isbn in found)


def test_a_crowded_group_pushes_books_off_the_page() -> None:
    asked = some_isbns(400)
    lost = 0
    for start in range(0, len(asked), 40):
        group = asked[start : start + 40]
        shown = isbns_found(" OR ".join(f"isbn:{isbn}" for isbn in group))
        lost += sum(verdict_of(isbn, WORLD) == "found" and isbn not in shown for isbn in group)
    assert 0 < lost < len(asked) / 4


@patient
@given(st.text())
def test_any_words_are_a_query_with_the_same_hits_each_time(words: str) -> None:
    assert [item.id for item in items(words)] == [item.id for item in items(words)]


def test_words_claim_more_hits_than_can_be_paged_through() -> None:
    library, terms = MadeUp(WORLD), parse_query("the copper coast")
    first = library.search(terms, slice(0, 10), "US")
    beyond = library.search(terms, slice(60, 70), "US")
    assert len(first.items) == 10
    assert beyond.items == ()
    assert beyond.claimed == first.claimed > 60
