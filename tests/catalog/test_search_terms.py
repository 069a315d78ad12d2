import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.catalog.query import Search
from crawler.errors import WrongUse
from tests.catalog.searching import all_of, best
from tests.catalog.shelf import Shelf


@pytest.fixture
def three(shelf: Shelf) -> Shelf:
    shelf.add(
        9780140328721, "The Left Hand of Darkness", authors=("Ursula K. Le Guin",),
        categories=("Science Fiction",), publisher="Ace Books", published_year=1969, language="en",
    )  # fmt: skip
    shelf.add(
        9788437604947, "Le Guin: A Life", authors=("Somebody Else",), description="Darkness, ace",
        published_year=1990, language="en-GB", subtitle="A Biography",
    )  # fmt: skip
    shelf.add(
        9780439023481, "Planeta de exilio", authors=("Ursula K. Le Guin",), language="es",
        published_year=1990, publisher="Planeta",
    )  # fmt: skip
    return shelf


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ('author:"le guin"', [1, 3]),
        ("author:le author:guin", [1, 3]),
        ('AUTHOR:"Le Guin"', [1, 3]),
        ('title:"le guin"', [2]),
        ("title:biography", [2]),
        ("publisher:ace", [1]),
        ("subject:science", [1]),
        ("category:fiction", [1]),
        ("description:darkness", [2]),
        ("guin year:1990", [2, 3]),
        ("year:..1980", [1]),
        ("guin lang:en", [1, 2]),
        ("guin language:en-gb", [2]),
        ("guin -lang:en", [3]),
        ("guin -year:1969", [2, 3]),
        ("guin -darkness", [3]),
        ('guin -"left hand"', [2, 3]),
        ("-title:darkness", [2, 3]),
        ("planeta OR biography", [2, 3]),
        ("guin AND planeta", [3]),
        ("guin planeta OR left", [1, 3]),
        ("lang:es OR year:1969", [1, 3]),
        ("plan*", [3]),
        ("pl* guin", [3]),
        ("pl guin", []),
        ("isbn:0-14-032872-6", [1]),
        ("guin isbn:9788437604947", [2]),
        ("0140328726", [1]),
        ("978-0-14-032872-1", [1]),
        ("978 0 14 032872 1", [1]),
        ("isbn:0140328726 OR isbn:9780439023481", [1, 3]),
        ("-isbn:0140328726", [2, 3]),
    ],
)
@pytest.mark.parametrize("in_order", [False, True])
def test_words_may_say_where_they_stand_and_which_books_are_meant(
    three: Shelf, words: str, found: list[int], in_order: bool
) -> None:
    numbers = all_of(three, Search(words)) if in_order else sorted(best(three, words))
    assert numbers == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (" OR ".join(["isbn:0140328726", "isbn:9780439023481"] * 1000), [1, 3]),
        ("year:1990 " * 2000, [2, 3]),
        ("-lang:en " * 2000, [3]),
        ("-planeta " * 2000, [1, 2]),
        (" OR ".join(["planeta"] * 2000), [3]),
    ],
    ids=["isbns", "years", "languages", "unwanted", "words"],
)
def test_terms_may_be_thousands(three: Shelf, words: str, found: list[int]) -> None:
    assert sorted(best(three, words)) == found


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("year:1990-2000", "names no years: write"),
        ("year:2000..1990", "ends before it begins"),
        ("isbn:0140328727", "is no ISBN"),
        ("fox OR -dog", "leave one of them out"),
        ("fox OR lang:en", "search twice"),
    ],
)
def test_words_that_contradict_the_rules_are_told_in_a_sentence(
    shelf: Shelf, words: str, sentence: str
) -> None:
    with pytest.raises(WrongUse, match=sentence):
        best(shelf, words)


SYNTAX = st.lists(
    st.sampled_from(
        ["fox", "狐", "é", '"', "*", "-", ":", "(", ")", "{", "}", "^", "+", " ", " OR ", " AND ",
         " NOT ", "NEAR(", "title:", "author:", "year:", "lang:", "isbn:", "1990..", ",", "\0"]
    ),
    max_size=12,
).map("".join)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(words=SYNTAX, author=SYNTAX)
def test_no_syntax_makes_the_index_fail(three: Shelf, words: str, author: str) -> None:
    with contextlib.suppress(WrongUse):
        found = all_of(three, Search(words, author=author))
        assert sorted(best(three, words, author=author)) == found
