"""Words to the user, on standard error."""

import logging

from rich.console import Console
from rich.logging import RichHandler
from rich.text import Text

from crawler.commands.terminal import printable

console = Console(stderr=True, highlight=False)
"""Silent under `--quiet`; errors are not said here but raised."""


def say(sentence: str, *, style: str = "", whole: bool = False) -> None:
    """A sentence for people; nothing in it is obeyed by the terminal.

    It is wrapped between words, unless it is to stay `whole`, for copying, or goes to a file.
    """
    whole = whole or not console.is_terminal
    console.print(Text(printable(sentence), style=style), soft_wrap=whole)


class _PrintableLines(logging.Formatter):
    """What is logged may hold what an API sent: nothing in it is obeyed by a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(map(printable, super().format(record).split("\n")))


def log_calls(level: int) -> None:
    """Let what the fetch room logs be seen, from `logging.INFO` or `DEBUG` on.

    Only our own logs: at `DEBUG` aiosqlite logs each row that it writes, and that is all of them.
    """
    handler: logging.Handler = logging.StreamHandler()
    if console.is_terminal:
        handler = RichHandler(console=console, show_path=False, show_level=False)
    handler.setFormatter(_PrintableLines())
    ours = logging.getLogger("crawler")
    ours.addHandler(handler)
    ours.setLevel(level)
