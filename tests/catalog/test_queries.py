import re
from pathlib import Path

from crawler.catalog.queries import read_queries
from tests.catalog.shelf import Shelf

ROOT = Path(__file__).parents[2]

_IN_THE_README = re.compile(r'^\$ bookcrawl sql "((?:[^"\\]|\\.)+)"', re.MULTILINE)


def _normal(query: str) -> str:
    """Without what the README's form of it has for its own sake: how it is broken, its limit."""
    one_line = " ".join(query.replace("\n>", " ").replace('\\"', '"').split())
    return re.sub(r" limit \d+$", "", re.sub(r":\w+\b", "?", one_line))


def test_the_queries_are_those_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    _, _, section = readme.partition("### Ten queries")
    section, _, _ = section.partition("\n## ")
    told = [_normal(query) for query in _IN_THE_README.findall(section)]
    assert told == [_normal(query.sql) for query in read_queries().values()]
    assert len(told) == 10


def test_each_query_can_be_run(shelf: Shelf) -> None:
    shelf.add(9780140328721, "Fantastic Mr Fox", authors=("Roald Dahl",), categories=("Fiction",))
    for query in read_queries().values():
        named = dict.fromkeys(re.findall(r":(\w+)", query.sql), "dahl")
        shelf.connection.execute(query.sql, named).fetchall()
