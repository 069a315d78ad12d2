"""The files of one command as a stream of seeds and rejected lines, each ISBN once."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import BinaryIO, Self

from msgspec import Struct

from crawler.errors import InputUnreadable
from crawler.reader.gunzip import CutShort
from crawler.reader.layout import FormatReader, find_reader, parse_format
from crawler.reader.notes import note_on_none
from crawler.reader.row import Row
from crawler.reader.source import Source
from crawler.reader.tally import Tally
from crawler.seed import InputCounts, Rejected, Seed

BATCH_ROWS = 1000


class Batch(Struct, frozen=True):
    """What some rows of one file gave: seeds and rejected lines, each in the file's order.

    `ended` is the file if its end was reached with these rows. It stays out of a batch that ends
    because the file was cut.
    """

    seeds: list[Seed]
    rejects: list[Rejected]
    ended: tuple[str, ...] = ()


class Input:
    """The files of one command, opened; `batches()` reads them through, once.

    `descriptions` tell for each file what it's taken for. While reading, `notes` fill with
    sentences for the owner of the files; `troubles`, which are among them, say of a file that it
    ended before its end or had no ISBN.
    """

    def __init__(self, opened: Sequence[tuple[Source, FormatReader]]) -> None:
        self._opened = opened
        self._tally = Tally()
        self.notes: list[str] = []
        self.troubles: list[str] = []
        self.descriptions = {source.file: reader.description for source, reader in opened}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the files; standard input is left as it is."""
        for source, _ in self._opened:
            source.close()

    @property
    def counts(self) -> InputCounts:
        """How the rows came out that were read so far."""
        return self._tally.counts

    def batches(self, size: int = BATCH_ROWS) -> Iterator[Batch]:
        """The seeds and rejected lines of `size` rows or ISBNs at a time, file after file.

        Fewer where a pipe is silent. What stands before a cut is kept.
        """
        for source, reader in self._opened:
            yield from self._read(source, reader, size)
            source.close()

    def raise_for_trouble(self) -> None:
        """Raise `InputUnreadable` if there are `troubles`."""
        if self.troubles:
            raise InputUnreadable(" ".join(self.troubles))

    def _read(self, source: Source, reader: FormatReader, size: int) -> Iterator[Batch]:
        self._note(source, reader.opening_notes())
        named, reasons = self._tally.named, self._tally.reasons.copy()
        rows: list[Row] = []
        isbns = 0
        live = source.live
        cut = None
        try:
            for row in reader.rows(source):
                rows.append(row)
                isbns += len(row.isbns)
                if len(rows) >= size or isbns >= size or (live and source.waits):
                    yield Batch(*self._tally.take(source.file, rows))
                    rows, isbns = [], 0
        except CutShort as error:
            cut = error
        batch = Batch(*self._tally.take(source.file, rows))
        self._note(source, [*reader.closing_notes(), *self._tally.short_numbers()])
        if cut is not None:
            self._trouble(f"{source.name} {cut}: what stands before was read; get the file again")
        elif self._tally.named == named:
            self._trouble(note_on_none(source.name, self._tally.reasons - reasons))
        yield batch if cut else Batch(batch.seeds, batch.rejects, (source.file,))

    def _note(self, source: Source, notes: Iterable[str]) -> None:
        self.notes.extend(f"{source.name}: {note}" for note in notes)

    def _trouble(self, sentence: str) -> None:
        self.notes.append(sentence)
        self.troubles.append(sentence)


def open_inputs(
    files: Sequence[str],
    *,
    stdin: BinaryIO,
    column: str | None = None,
    format: str | None = None,  # noqa: A002
) -> Input:
    """Open `files` (`-` is `stdin`) and find out what each is.

    `format` is one of `Format`, `column` a name or a number from 1; both overrule what is found.
    Raises `InputUnreadable` for a file that can't be read or is none of ISBNs (missing, a
    directory, empty, binary), `WrongUse` for a column or format that there isn't.
    """
    wanted = parse_format(format)
    with ExitStack() as stack:
        opened: list[tuple[Source, FormatReader]] = []
        for file in files:
            source = Source(file, stdin)
            stack.callback(source.close)
            opened.append((source, find_reader(source, column, wanted)))
        stack.pop_all()
    return Input(opened)
