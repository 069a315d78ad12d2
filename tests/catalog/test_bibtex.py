from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Entry
from hypothesis import given
from msgspec.structs import replace
from pylatexenc.latex2text import (  # type: ignore[import-untyped]
    LatexNodes2Text,
    MacroTextSpec,
    get_default_latex_context_db,
)

from crawler.catalog.formats.plain import on_one_line
from tests.catalog.written import BARE, FULL, written
from tests.faults.hostile_texts import obeyed, texts

VERBATIM = {"url", "eprint"}
UNKNOWN_TO_PYLATEXENC = (
    MacroTextSpec("textbraceleft", "{"),
    MacroTextSpec("textbraceright", "}"),
    MacroTextSpec("textasciicircum", "^"),
)
_context = get_default_latex_context_db()
_context.add_context_category("more of LaTeX's own", UNKNOWN_TO_PYLATEXENC, prepend=True)
tex = LatexNodes2Text(latex_context=_context, strict_latex_spaces=True)


def entries(page: bytes) -> list[Entry]:
    library = parse_string(page.decode())
    assert not library.failed_blocks
    return library.entries


def fields(page: bytes) -> dict[str, str]:
    """Those of the only entry, as TeX would print them."""
    (entry,) = entries(page)
    return {
        field.key: field.value if field.key in VERBATIM else tex.latex_to_text(field.value)
        for field in entry.fields
    }


def test_every_field_that_bibtex_can_hold_is_read_back() -> None:
    page = written([FULL], "bibtex")
    assert fields(page) == {
        "author": "Roald Dahl and Quentin Blake and Penguin Books",
        "title": "Fantastic Mr. Fox",
        "subtitle": "A Tale of Boggis, Bunce & Bean",
        "publisher": "Puffin & Sons",
        "year": "1988",
        "date": "1988-10",
        "isbn": "9780140328721",
        "pagetotal": "96",
        "language": "pt-BR",
        "keywords": "Juvenile Fiction, Foxes",
        "abstract": "Three farmers. One fox: 100% cunning.",
        "url": "https://books.google.com/books?id=mh0X_Dg2oTAC&hl=",
        "urldate": "2026-11-20",
        "eprint": "mh0X_Dg2oTAC",
        "eprinttype": "googlebooks",
    }
    (entry,) = entries(page)
    assert (entry.key, entry.entry_type) == ("isbn9780140328721", "periodical")


def test_what_is_unknown_is_left_out() -> None:
    page = written([BARE], "bibtex")
    assert set(fields(page)) == {"isbn", "urldate", "eprint", "eprinttype"}
    assert entries(page)[0].entry_type == "book"


def test_names_are_kept_whole_by_braces() -> None:
    book = replace(FULL, authors=("Ursula K. Le Guin", "Smith and Sons", "村上春樹"))
    (entry,) = entries(written([book], "bibtex"))
    assert entry["author"] == "{Ursula K. Le Guin} and {Smith and Sons} and {村上春樹}"


def test_a_date_that_is_not_certain_stands_for_the_year() -> None:
    book = replace(FULL, published="19??", published_year=None, published_precision=None)
    read = fields(written([book], "bibtex"))
    assert read["year"] == "19??"
    assert "date" not in read


def test_a_keyword_with_a_comma_stays_one() -> None:
    (entry,) = entries(written([replace(FULL, categories=("Fiction, Juvenile", "X"))], "bibtex"))
    assert entry["keywords"] == "{Fiction, Juvenile}, X"


def test_only_links_of_the_web_are_links_and_carry_no_tex() -> None:
    script = replace(FULL, info_link="javascript:alert(1)")
    assert "url" not in fields(written([script], "bibtex"))
    tex_in_it = replace(FULL, info_link="https://x.example/{\\input^^5c}")
    assert fields(written([tex_in_it], "bibtex"))["url"] == (
        "https://x.example/%7B%5Cinput%5E%5E5c%7D"
    )


@given(text=texts)
def test_any_text_is_printed_by_tex_and_never_obeyed(text: str) -> None:
    hostile = replace(
        FULL, title=text, authors=(text, "Ann"), description=text, source_id=text, source=text,
        info_link=text, published=text, language=text, retrieved_at=text, print_type=text,
    )  # fmt: skip
    page = written([hostile, BARE], "bibtex")
    first, second = entries(page)
    assert second.key == "isbn9788437604947"
    assert tex.latex_to_text(first.fields_dict["abstract"].value if on_one_line(text) else "") == (
        on_one_line(text) or ""
    )
    assert not obeyed(page.decode())
