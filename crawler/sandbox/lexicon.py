"""What a language has to offer the grammar of `work.py`; the words are in `lexicons/`."""

from functools import cache
from importlib.resources import files

from msgspec import Struct, toml

from crawler.isbn import ISBN13

SUBJECTS = (
    ("Science", "Science / Life Sciences / Marine Biology"),
    ("Mathematics", "Mathematics / Probability & Statistics / General"),
    ("Computers", "Computers / Programming / Algorithms"),
    ("History", "History / Europe / Medieval"),
    ("Cooking", "Cooking / Methods / Baking"),
    ("Gardening", "Gardening / Vegetables"),
    ("Medical", "Medical / Cardiology"),
    ("Philosophy", "Philosophy / Ethics & Moral Philosophy"),
    ("Music", "Music / Instruction & Study / Theory"),
    ("Travel", "Travel / Special Interest / Hikes & Walks"),
    ("Architecture", "Architecture / Buildings / Landmarks & Monuments"),
    ("Law", "Law / Maritime"),
)
"""Subjects of non-fiction: the category that a search tells, the path that `volumes/{id}` tells.

Google's categories are the English ones of the book trade (BISAC), whatever the book's language.
"""

NOVELS = (
    ("Fiction", "Fiction / Literary"),
    ("Fiction", "Fiction / Mystery & Detective / General"),
    ("Fiction", "Fiction / Historical / General"),
    ("Juvenile Fiction", "Juvenile Fiction / Action & Adventure / General"),
)
"""The same for novels."""


class Lexicon(Struct, frozen=True):
    """The words of one language.

    `groups` are the registration groups that publish in it, under Google's code of the language.
    In the patterns `{}` is one of `novel_nouns` or `subjects`, the latter naming those of
    `SUBJECTS` in their order. `blurbs` are sentences over `{title}` and `{author}`, `name` puts
    `{given}` and `{family}` in the language's order.
    """

    groups: dict[str, tuple[str, ...]]
    name: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    novels: tuple[str, ...]
    novel_nouns: tuple[str, ...]
    novel_subtitles: tuple[str, ...]
    handbooks: tuple[str, ...]
    subjects: tuple[str, ...]
    handbook_subtitles: tuple[str, ...]
    blurbs: tuple[str, ...]
    publishers: tuple[str, ...]


def lexicon_of(isbn: ISBN13) -> tuple[str, Lexicon]:
    """The language in which the ISBN's registration group mostly publishes, by its code and its
    words; English where the group is none of ours.
    """
    digits = str(isbn)
    by_group = _by_group()
    for length in range(6, 3, -1):
        if digits[:length] in by_group:
            return by_group[digits[:length]]
    return by_group["9780"]


@cache
def _by_group() -> dict[str, tuple[str, Lexicon]]:
    paths = sorted(files("crawler.sandbox").joinpath("lexicons").iterdir(), key=lambda p: p.name)
    lexicons = [toml.decode(path.read_bytes(), type=Lexicon) for path in paths]
    return {
        group: (language, lexicon)
        for lexicon in lexicons
        for language, groups in lexicon.groups.items()
        for group in groups
    }
