from crawler.catalog.comments import read_relations
from tests.catalog.shelf import Shelf


def _names(shelf: Shelf, query: str) -> list[str]:
    return [name for (name,) in shelf.connection.execute(query)]


def test_every_table_and_view_has_a_comment_in_the_schema(shelf: Shelf) -> None:
    made = _names(
        shelf,
        "SELECT name FROM pragma_table_list WHERE schema = 'main' "
        "AND type IN ('table', 'view', 'virtual') AND name NOT LIKE 'sqlite_%'",
    )
    commented = {name: relation.comment for name, relation in read_relations().items()}
    assert set(commented) == set(made)
    assert all(commented.values())


def test_every_column_of_a_table_has_a_comment_in_the_schema(shelf: Shelf) -> None:
    tables = _names(
        shelf,
        "SELECT name FROM pragma_table_list WHERE schema = 'main' "
        "AND type = 'table' AND name NOT LIKE 'sqlite_%'",
    )
    for table in tables:
        columns = _names(shelf, f"SELECT name FROM pragma_table_info('{table}')")
        commented = read_relations()[table].columns
        assert list(commented) == columns
        assert all(commented.values())
