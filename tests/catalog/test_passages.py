import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.catalog.passages import hits_of
from crawler.catalog.query import Search

TEXT = st.text(st.sampled_from("aé狐 x-\u0301İß…\u200b"), max_size=60)


@pytest.mark.parametrize(
    ("words", "text", "hits"),
    [
        ("garcia", "García Márquez", ["García"]),
        ("fox", "Foxes and a FOX", ["Foxes", "FOX"]),
        ("fox and", "Foxes and a FOX", ["and", "FOX"]),
        ('"left hand"', "left, hand; hand left", ["left, hand"]),
        ("孤独", "百年孤独", ["孤独"]),
        ("title:fox", "a fox", []),
        ("-fox dog", "fox, dog", ["dog"]),
        ("lang:en fox", "en fox", ["fox"]),
        ("c++", "C is C", ["C", "C"]),
        ("strasse fuß", "STRAẞE und Fuss", ["STRAẞE", "Fuss"]),
        ("मेरी", "मुरा, मेरी", ["मेरी"]),
        ("மொழி", "தமிழ் மொழியும்", ["மொழியும்"]),
        ("สี่", "ส สี่", ["สี่"]),
    ],
)
def test_hits_are_what_the_index_takes_for_the_word(words: str, text: str, hits: list[str]) -> None:
    assert [text[a:b] for a, b in hits_of(Search(words)).find("description", text)] == hits


def test_an_author_is_marked_among_authors_alone() -> None:
    hits = hits_of(Search(author="dahl"))
    assert hits.find("authors", "Roald Dahl") == [(6, 10)]
    assert hits.find("title", "Dahl") == []


def test_a_passage_begins_at_a_word_before_the_hit_and_shows_that_it_is_one() -> None:
    text = f"{'before ' * 50}the fox {'behind ' * 50}"
    passage = hits_of(Search("fox")).passage("description", text, 40)
    assert passage is not None
    assert passage.text == "…before the fox behind behind behind be…"
    assert [passage.text[a:b] for a, b in passage.hits] == ["fox"]


@given(words=TEXT, text=TEXT, length=st.integers(10, 70))
def test_a_passage_is_no_longer_than_it_may_be_and_its_hits_lie_in_it(
    words: str, text: str, length: int
) -> None:
    passage = hits_of(Search(words)).passage("description", text, length)
    if passage is not None:
        assert len(passage.text) <= length
        assert all(0 <= a < b <= len(passage.text) for a, b in passage.hits)
        assert passage.hits


def test_words_that_are_shown_already_need_no_passage() -> None:
    hits = hits_of(Search("fox hound")).beyond({"title": "The Fox"})
    assert hits.find("description", "the fox and the hound") == [(16, 21)]
