import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.catalog.database import open_catalog
from crawler.catalog.query import Search
from crawler.catalog.search import RANKED, find_all, find_best
from crawler.store.segmenting import PARTING
from tests.catalog.searching import all_of, best
from tests.catalog.shelf import Shelf


def test_a_word_ranks_by_the_column_it_stands_in(shelf: Shelf) -> None:
    filler = "lorem"
    in_description = shelf.add(1, filler, description="whale")
    in_publisher = shelf.add(2, filler, publisher="Whale")
    in_categories = shelf.add(3, filler, categories=("Whale",))
    in_subtitle = shelf.add(4, filler, subtitle="Whale")
    in_authors = shelf.add(5, filler, authors=("Whale",))
    in_title = shelf.add(6, "Whale")
    for isbn in range(7, 20):
        shelf.add(isbn, filler)

    assert best(shelf, "whale") == [
        in_title, in_authors, in_subtitle, in_categories, in_publisher, in_description,
    ]  # fmt: skip


def test_all_words_must_occur_whichever_column_they_stand_in(shelf: Shelf) -> None:
    gatsby = shelf.add(1, "The Great Gatsby", authors=("F. Scott Fitzgerald",))
    shelf.add(2, "The Great Wall")
    assert best(shelf, "great fitzgerald") == [gatsby]


@pytest.mark.parametrize("words", ["garcia", "García", "GARCÍA marquez", "soled", "anos CIEN"])
def test_case_and_accents_make_no_difference(shelf: Shelf, words: str) -> None:
    number = shelf.add(1, "Cien años de soledad", authors=("Gabriel García Márquez",))
    assert best(shelf, words) == [number]


@pytest.mark.parametrize("words", ["strasse", "Straße", "STRASSE", "fuß straß", '"straße zu fuss"'])
def test_german_finds_one_spelling_by_the_other(shelf: Shelf, words: str) -> None:
    numbers = [shelf.add(1, "Straße zu Fuß"), shelf.add(2, "Strasse zu Fuss")]
    shelf.add(3, "Strauß zum Fest")
    assert sorted(best(shelf, words)) == numbers


def test_only_the_last_word_may_be_a_beginning(shelf: Shelf) -> None:
    number = shelf.add(1, "Harry Potter")
    assert best(shelf, "harry pot") == [number]
    assert best(shelf, "har potter") == []


def test_a_whole_word_ranks_above_its_being_a_beginning(shelf: Shelf) -> None:
    shelf.add(1, "Artificial Life")
    whole = shelf.add(2, "Life of Art")
    assert best(shelf, "art")[0] == whole


def test_words_in_quotes_are_a_phrase(shelf: Shelf) -> None:
    phrase = shelf.add(1, "War and Peace")
    shelf.add(2, "Peace and War")
    assert best(shelf, '"war and peace"') == [phrase]
    assert best(shelf, '"war and pea"') == []


def test_signs_between_words_are_no_words(shelf: Shelf) -> None:
    number = shelf.add(1, "War & Peace")
    assert best(shelf, "war & peace") == [number]
    assert best(shelf, "war + peace !") == [number]


@pytest.mark.parametrize(
    "words",
    [
        "'\"; DROP TABLE books; --",
        '"',
        "NEAR(a b)",
        "title:x",
        "a AND",
        "(",
        "*",
        "^x",
        "+++",
        "x:y",
        "title:",
        "OR",
        "AND OR",
    ],
)
def test_no_syntax_of_the_index_is_understood(shelf: Shelf, words: str) -> None:
    shelf.add(1, "Fantastic Mr. Fox")
    assert best(shelf, words) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(words=st.text(st.characters(exclude_categories=["Cs"])), author=st.text("a\"*:()-^ '"))
def test_no_text_makes_the_index_fail(shelf: Shelf, words: str, author: str) -> None:
    all_of(shelf, Search(words, author=author))


def test_a_text_of_any_length_is_searched(shelf: Shelf) -> None:
    number = shelf.add(1, " ".join(f"word{n}" for n in range(2000)))
    assert best(shelf, " ".join(f"word{n}" for n in range(2000))) == [number]


def test_brackets_and_han_characters_are_found(shelf: Shelf) -> None:
    brackets = shelf.add(1, "[bold]Typography[/bold]")
    solitude = shelf.add(2, "百年孤独", authors=("加西亚·马尔克斯",))
    assert best(shelf, "[bold]") == [brackets]
    assert best(shelf, "百年") == [solitude]
    assert best(shelf, author="马尔克斯") == [solitude]


@pytest.mark.parametrize("indexed", [True, False])
@pytest.mark.parametrize(
    ("text", "other"),
    [("मेरी कहानी", "मुरा"), ("தமிழ்", "தாமழ"), ("שָׁלוֹם", "שׁ ל ם"), ("สี่", "ส"), ("ဖတ်စာ", "ဖတ")],
)
def test_vowel_signs_are_parts_of_words(shelf: Shelf, text: str, other: str, indexed: bool) -> None:
    number = shelf.add(1, text, indexed=indexed)
    shelf.add(2, other)
    assert best(shelf, text) == best(shelf, f'"{text}"') == [number]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("百年孤独", "孤独"),
        ("百年孤独", "年孤"),
        ("百年孤独", "百年 孤独"),
        ("ノルウェイの森", "ウェイ"),
        ("한국의 역사책", "역사"),
        ("ประวัติศาสตร์ไทย", "ไทย"),
        ("学Python编程", "python"),
        ("学Python编程", "编程"),
        ("𠮷野家", "𠮷"),
    ],
)
@pytest.mark.parametrize("indexed", [True, False])
def test_scripts_without_blanks_are_found_by_any_run_of_characters(
    shelf: Shelf, text: str, words: str, indexed: bool
) -> None:
    number = shelf.add(1, text, indexed=indexed)
    shelf.add(2, "独孤百年".join(reversed(text)))
    assert best(shelf, words)[:1] == [number]
    assert best(shelf, f"title:{words}")[:1] == [number]


def test_the_index_shows_a_han_text_as_it_is_and_takes_it_away_again(shelf: Shelf) -> None:
    number = shelf.add(1, "百年孤独")
    query = "SELECT snippet(books_fts, 0, '[', ']', '', 9) FROM books_fts WHERE books_fts MATCH ?"
    with open_catalog(shelf.path) as catalog:
        (passage,) = catalog.execute(query, ('"孤 独"',)).fetchone()
    assert passage.replace(PARTING, "") == "百年[孤独]"
    shelf.connection.execute("UPDATE books SET title = '西游记'")
    shelf.connection.execute(
        "INSERT INTO books_fts (books_fts, rank) VALUES ('integrity-check', 0)"
    )
    assert (best(shelf, "孤独"), best(shelf, "西游")) == ([], [number])


def test_books_that_the_crawl_has_not_indexed_yet_are_found(shelf: Shelf) -> None:
    indexed = shelf.add(1, "Fantastic Mr. Fox")
    rest = shelf.add(2, "The Fox and the Hound", indexed=False)
    assert sorted(best(shelf, "fox")) == [indexed, rest]
    assert all_of(shelf, Search("fox")) == [indexed, rest]
    assert all_of(shelf, Search(author="nobody")) == []


def test_only_the_books_that_the_crawl_has_not_indexed_are_indexed_here(shelf: Shelf) -> None:
    for isbn in range(1, 6):
        shelf.add(isbn, "Fantastic Mr. Fox")
    rest = shelf.add(6, "The Twits", indexed=False)
    with open_catalog(shelf.path) as catalog:
        list(find_all(catalog, Search("fox")))
        indexed = catalog.execute("SELECT id FROM temp.rest_fts_docsize").fetchall()
    assert indexed == [(rest,)]


def test_a_book_that_was_changed_is_found_by_what_it_says_now(shelf: Shelf) -> None:
    number = shelf.add(1, "Fantastic Mr. Fox")
    shelf.connection.execute("UPDATE books SET title = 'The Twits'")
    assert best(shelf, "twits") == [number]
    assert best(shelf, "fox") == []


def test_an_indexed_book_and_the_rest_are_ranked_together(shelf: Shelf) -> None:
    """A word is rare in one index and common in the other: their ranks alone don't compare."""
    weak = shelf.add(1, "Animals of the forest", description="bear wolf fox")
    for isbn in range(2, 50):
        shelf.add(isbn, "Lorem ipsum")
    strong = shelf.add(50, "Fox", indexed=False)
    shelf.add(51, "Lorem ipsum", indexed=False)
    assert best(shelf, "fox") == [strong, weak]


def test_a_book_is_found_once_though_both_indexes_hold_it(shelf: Shelf) -> None:
    for isbn in range(1, 6):
        shelf.add(isbn, "Fox")
    shelf.add(6, "Fox", indexed=False)
    assert sorted(best(shelf, "fox")) == [1, 2, 3, 4, 5, 6]
    assert len(best(shelf, "fox", limit=3)) == 3


def test_a_search_leaves_nothing_for_the_next_on_its_connection(shelf: Shelf) -> None:
    """What stayed would be counted again, and rank the next ones otherwise."""
    shelf.add(1, "Fox", description="A fox, of foxes")
    shelf.add(2, "Owl and Fox", indexed=False)
    with open_catalog(shelf.path) as catalog:
        for words in ("fox", "fox", "owl"):
            list(find_best(catalog, Search(words), 20))
        left = catalog.execute("SELECT id FROM temp.rest_fts_docsize ORDER BY id").fetchall()
    assert left == [(2,)]


def test_of_a_word_in_very_many_books_names_come_before_what_only_mentions_it(
    shelf: Shelf,
) -> None:
    shelf.connection.execute("BEGIN")
    for isbn in range(1, RANKED + 2):
        shelf.add(isbn, "Lorem", description="a whale", indexed=False)
    late = shelf.add(RANKED + 2, "The Whale")
    shelf.connection.execute("COMMIT")
    assert best(shelf, "whale", limit=2)[0] == late


def test_a_search_of_an_index_that_is_complete_reads_no_book_that_it_does_not_show(
    shelf: Shelf,
) -> None:
    for isbn in range(1, 6):
        shelf.add(isbn, "Fox")
    with open_catalog(shelf.path) as catalog:
        list(find_all(catalog, Search("fox")))
        assert catalog.execute("SELECT count(*) FROM temp.rest_fts_docsize").fetchone() == (0,)
        plan = catalog.execute(
            "EXPLAIN QUERY PLAN SELECT * FROM books WHERE id IN (SELECT id FROM books_unindexed)"
        ).fetchall()
    assert any("SEARCH books USING INTEGER PRIMARY KEY" in step for *_, step in plan)
