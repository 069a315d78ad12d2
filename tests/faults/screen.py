"""Commands in this process, and what they write to a terminal."""

import io
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from unittest.mock import patch

from crawler.cli import run
from tests.acceptance.driver import Ended

PRINTABLE_FORMATS = ("csv", "json", "jsonl", "bibtex", "ris", "marcxml")


class _Terminal(io.TextIOWrapper):
    def __init__(self) -> None:
        self.written = io.BytesIO()
        super().__init__(self.written, encoding="utf-8", newline="\n", write_through=True)

    def isatty(self) -> bool:
        return True


def on_a_terminal(words: Sequence[str]) -> Ended:
    """Run a command line on a terminal of 80 columns."""
    out, err = _Terminal(), _Terminal()
    environment = {"COLUMNS": "80", "LINES": "24", "TERM": "xterm-256color"}
    with (
        patch.object(sys, "stdout", out),
        patch.object(sys, "stderr", err),
        patch.dict("os.environ", environment),
    ):
        code = run(words)
    return Ended(code, out.written.getvalue().decode(), err.written.getvalue().decode())


def commands(db: Path, isbns: Iterable[int]) -> list[list[str]]:
    """All that show what stands in a database, in each form."""
    named = [str(isbn) for isbn in isbns]
    forms = [[], ["--csv"], ["--json"], ["--jsonl"]]
    everything = [
        *(["search", "--limit", "99", *form] for form in forms),
        *(["sql", "select * from books", *form] for form in forms),
        *(["export", "-", "--format", form] for form in PRINTABLE_FORMATS),
        ["show", *named], ["show", "--json", *named], ["lookup", "--sandbox", *named],
        ["status"], ["status", "--json"],
    ]  # fmt: skip
    return [[*words, "--db", str(db)] for words in everything]
