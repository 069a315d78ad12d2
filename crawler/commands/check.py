"""`bookcrawl check`: what files of ISBNs hold, without network or database."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.commands.reading import reading_options, standard_input
from crawler.names import shown
from crawler.seed import Reason, Rejected, Seed

if TYPE_CHECKING:
    from rich.console import RenderableType

    from crawler.reader import Batch, Input

_EXAMPLES = 3
_ALWAYS = ("lines", "seeds", "duplicates", "rejected")

_REPAIRS = {
    Reason.SCIENTIFIC_NOTATION: "a spreadsheet has dropped their digits: export the list once "
    "more from where it comes, and open it with the ISBNs as text",
    Reason.NO_ISBN_IN_ROW: "rows without an ISBN: add it, or name its column with --column",
    Reason.BAD_CHECK_DIGIT: "one digit is wrong: compare them with the books",
    Reason.WRONG_LENGTH: "digits are missing or too many: compare them with the books",
    Reason.OTHER_IDENTIFIER: "numbers of shops, journals or music (EAN, UPC, ASIN, ISSN, ISMN): "
    "put the ISBNs of the books in their place",
    Reason.NOT_AN_ISBN: "words or marks: take them out, or name the right column with --column",
}


class Findings:
    """What `check` keeps of an input while it streams by."""

    def __init__(self) -> None:
        self.reasons: Counter[Reason] = Counter()
        self.examples: defaultdict[Reason, list[Rejected]] = defaultdict(list)
        self.never_issued = 0

    def add(self, batch: "Batch") -> None:
        """Count what `batch` holds."""
        from crawler.reader import never_issued

        self.never_issued += sum(never_issued(seed.isbn) for seed in batch.seeds)
        for reject in batch.rejects:
            self.reasons[reject.reason] += 1
            if len(self.examples[reject.reason]) < _EXAMPLES:
                self.examples[reject.reason].append(reject)


@click.command("check")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@reading_options
@click.option("--seeds", is_flag=True, help="Print the ISBNs that would be asked for as well.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: a line each, the counts last.")
def command(
    files: tuple[str, ...], column: str | None, format_: str | None, seeds: bool, as_json: bool
) -> None:
    """Read FILEs only: what would be asked for, what is rejected and why.

    No network and no database is touched; - is standard input.

    \b
      bookcrawl check books.csv
      bookcrawl check books.csv --column ean --seeds
      bookcrawl check isbns.txt.gz --json | jq -r 'select(.reason) | "\\(.line) \\(.text)"'
    """  # noqa: D301  \b keeps click from filling the lines below it
    from crawler.reader import open_inputs

    findings = Findings()
    with open_inputs(files, column=column, format=format_, stdin=standard_input()) as opened:
        if as_json:
            _print_json(opened, with_seeds=seeds)
        elif seeds:
            _print_seeds(opened, findings)
        else:
            for batch in opened.batches():
                findings.add(batch)
            _print_summary(opened, findings)
        opened.raise_for_trouble()


def _print_json(opened: "Input", *, with_seeds: bool) -> None:
    from msgspec.structs import asdict

    from crawler.catalog.formats.json_lines import encode_record as encode
    from crawler.commands.output import standard_output

    with standard_output() as out:
        for batch in opened.batches():
            lines = [encode(_shown(reject)) for reject in batch.rejects]
            if with_seeds:
                lines += [encode(_seed_line(seed)) for seed in batch.seeds]
            out.writelines(line + b"\n" for line in lines)
        counts = asdict(opened.counts)
        out.write(encode({"input": counts}) + b"\n")
    _say_notes(opened)


def _say_notes(opened: "Input") -> None:
    from crawler.commands.say import say

    for note in _notes(opened):
        say(f"{note}.")


def _notes(opened: "Input") -> list[str]:
    """The notes; troubles are left to be raised."""
    return [note for note in opened.notes if note not in opened.troubles]


def _shown(reject: Rejected) -> Rejected:
    """With the name of its file as JSON can tell it."""
    from msgspec.structs import replace

    return reject if reject.file.isascii() else replace(reject, file=shown(reject.file))


def _seed_line(seed: Seed) -> dict[str, str | int | bool]:
    return {
        "file": shown(seed.file),
        "line": seed.line,
        "isbn13": str(seed.isbn),
        "repaired": seed.repaired,
    }


def _print_seeds(opened: "Input", findings: Findings) -> None:
    """The ISBNs on standard output, the summary on standard error."""
    from crawler.commands.output import standard_output
    from crawler.commands.say import console
    from crawler.commands.terminal import printable

    with standard_output() as out:
        for batch in opened.batches():
            findings.add(batch)
            out.writelines(
                f"{seed.isbn}\t{printable(seed.file)}\t{seed.line}\n".encode()
                for seed in batch.seeds
            )
    for part in _summary(opened, findings):
        console.print(part)


def _print_summary(opened: "Input", findings: Findings) -> None:
    from crawler.commands.output import standard_output
    from crawler.commands.terminal import render, terminal_width

    with standard_output() as out:
        for part in _summary(opened, findings):
            out.write(render(part, terminal_width()).encode())


def _summary(opened: "Input", findings: Findings) -> "Iterator[RenderableType]":
    from rich.text import Text

    from crawler.commands.terminal import printable

    for file, description in opened.descriptions.items():
        yield Text(printable(f"{file}: {description}"))
    yield ""
    yield _counts(opened, findings)
    if findings.reasons:
        yield Text("\nRejected", style="bold")
        yield _rejected(findings, several=len(opened.descriptions) > 1)
        yield Text("\nWhat would repair them, most of them first", style="bold")
        for reason, _ in findings.reasons.most_common():
            yield _point(f"{reason}: {_REPAIRS[reason]}")
    if notes := _notes(opened):
        yield Text("\nGood to know", style="bold")
        yield from map(_point, notes)


def _counts(opened: "Input", findings: Findings) -> "RenderableType":
    from rich.table import Table

    counts = opened.counts
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    for count, label in (
        (counts.lines, "lines"),
        (counts.further, "more ISBNs in lines that name several"),
        (counts.seeds, "seeds: ISBNs that would be asked for, each once"),
        (counts.repaired, "of them with leading zeros restored"),
        (findings.never_issued, "of them in ranges never issued; they are asked for last"),
        (counts.duplicates, "duplicates of an earlier seed"),
        (counts.rejected, "rejected"),
        (counts.blank, "blank"),
    ):
        if count or label.startswith(_ALWAYS):
            table.add_row(f"{count:,}", label)
    return table


def _rejected(findings: Findings, *, several: bool) -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    from crawler.commands.terminal import printable

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("lines", justify="right", no_wrap=True)
    table.add_column("reason", no_wrap=True)
    table.add_column("line", justify="right", no_wrap=True)
    table.add_column("text")
    for reason, times in findings.reasons.most_common():
        for place, example in enumerate(findings.examples[reason]):
            first = () if place else (f"{times:,}", str(reason))
            text = Text(printable(example.text), no_wrap=True, overflow="ellipsis")
            where = Text(printable(_place(example, several=several)))
            table.add_row(*(first or ("", "")), where, text)
    return table


def _place(example: Rejected, *, several: bool) -> str:
    return f"{Path(example.file).name}:{example.line}" if several else str(example.line)


def _point(sentence: str) -> "RenderableType":
    from rich.padding import Padding
    from rich.text import Text

    from crawler.commands.terminal import printable

    return Padding(Text(printable(f"{sentence}.")), (0, 0, 0, 2))
