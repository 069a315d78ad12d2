"""Puts what the README's commands print today into it: `python -m tests.readme.rewrite`.

A command of which the README shows what it prints stays as it is, its `…` too.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.readme import page
from tests.readme.session import fits, make_clone, play


def main() -> None:
    readme, blocks = page.text(), page.blocks()
    commands = [page.commands_of(block) for block in blocks]
    with TemporaryDirectory() as folder:
        typed = [command.text for each in commands for command in each]
        printed = iter(play(typed, make_clone(Path(folder))))
    for block, each in zip(blocks, commands, strict=True):
        today = ""
        for command in each:
            lines = next(printed)
            kept = fits(command.shown, lines)
            today += command.written(command.shown if kept else tuple(lines))
        readme = readme.replace(f"```console\n{block}```", f"```console\n{today}```", 1)
    page.README.write_text(readme, "utf-8")


if __name__ == "__main__":
    main()
