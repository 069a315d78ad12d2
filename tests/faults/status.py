"""What a user is told who looks at a database while it is as a fault has left it."""

from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, StringIO, TextIOWrapper

from crawler.cli import run
from tests.acceptance.database import Database


def assert_status_is_told(database: Database) -> None:
    """Or that nothing is in it, where that is so. In this process, since that is quicker."""
    made = database.holds_some_isbns()
    said = StringIO()
    with redirect_stderr(said), redirect_stdout(TextIOWrapper(BytesIO())):
        code = run(["status", "--db", str(database.path)])
    nothing = "there is no database" in said.getvalue() or "holds nothing yet" in said.getvalue()
    assert code == 0 or (nothing and not made), said.getvalue()
