"""The README as data: its sections, their tables, and its commands with what they print."""

import re
from pathlib import Path

from msgspec import Struct

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"

_CONSOLE = re.compile(r"(?<=^```console\n)(?:.*\n)*?(?=```$)", re.MULTILINE)
_HEADING = re.compile(r"^#+ .*$", re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")


class Command(Struct, frozen=True):
    """What stands behind a `$`, its further lines behind a `>`, and the lines shown below it."""

    text: str
    shown: tuple[str, ...]

    def written(self, lines: tuple[str, ...]) -> str:
        """As it stands in the README, with `lines` below it."""
        return "\n".join(["$ " + self.text.replace("\n", "\n> "), *lines, ""])


def text() -> str:
    return README.read_text("utf-8")


def blocks() -> list[str]:
    """The blocks of commands that are run."""
    return _CONSOLE.findall(text())


def commands(part: str) -> list[Command]:
    """Those of the blocks in a part of the page."""
    return [command for block in _CONSOLE.findall(part) for command in commands_of(block)]


def commands_of(block: str) -> list[Command]:
    found: list[tuple[list[str], list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(([line[2:]], []))
        elif line.startswith("> "):
            found[-1][0].append(line[2:])
        else:
            found[-1][1].append(line)
    return [Command("\n".join(typed), tuple(shown)) for typed, shown in found]


def section(heading: str) -> str:
    """What stands between a heading and the next of its rank or a higher one."""
    _, _, below = text().partition(f"\n{heading}\n")
    assert below, f"the README has no {heading!r}"
    rank = len(heading) - len(heading.lstrip("#"))
    for further in _HEADING.finditer(below):
        if len(further[0]) - len(further[0].lstrip("#")) <= rank:
            return below[: further.start()]
    return below


def rows(part: str) -> list[list[str]]:
    """The cells of the tables in a part of the page, without their two head rows."""
    tables = re.findall(r"(?:^\|.*\|\n)+", part, re.MULTILINE)
    return [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip("|"))]
        for table in tables
        for row in table.splitlines()[2:]
    ]


def codes(cell: str) -> list[str]:
    """What stands in backticks."""
    return _CODE.findall(cell)
