"""Plain lists: an ISBN a line, or several."""

from collections.abc import Iterator

from crawler.reader.cell import read_text
from crawler.reader.columns import JUDGED_ROWS, judge
from crawler.reader.headers import role_of
from crawler.reader.notes import note_on_padding, notes_on_habit
from crawler.reader.padding import Padding
from crawler.reader.plain import plain_isbn
from crawler.reader.row import Row, excerpt
from crawler.reader.source import Source

_WHERE = "the list"


class ListReader:
    """Reads the lines of a list."""

    description = "a plain list"

    def __init__(self, source: Source) -> None:
        lines = source.sample.split("\n", JUDGED_ROWS)[:JUDGED_ROWS]
        content = judge(lines)
        self._padding = Padding() if content.padded else None
        self._doubtful = content.doubtful
        self.header = lines[:1] if role_of(lines[0]) is not None else []
        """The line that names the list; empty where its first line is one like the others."""

    def rows(self, source: Source) -> Iterator[Row]:
        """A row for each line, a header left out."""
        lines = source.lines()
        quick = self._padding is None and not self._doubtful
        if self.header:
            next(lines, None)
        for number, line in enumerate(lines, start=1 + len(self.header)):
            isbn = plain_isbn(line) if quick else None
            yield Row(number, (isbn,)) if isbn is not None else self._read(number, line)

    def opening_notes(self) -> Iterator[str]:
        """Whether leading zeros are restored, and numbers of ten digits believed."""
        if self._padding:
            yield note_on_padding(_WHERE)
        if self._doubtful:
            yield (
                "most numbers in the list have a wrong check digit, so those of ten digits are not "
                "taken for ISBNs, even where it's right"
            )

    def closing_notes(self) -> Iterator[str]:
        """Whether the list went on as it began."""
        if self._padding:
            yield from notes_on_habit(_WHERE, self._padding)

    def _read(self, number: int, line: str) -> Row:
        bare = line.strip()
        if not bare:
            return Row(number)
        if self._padding:
            isbn = self._padding.see(bare)
            if isbn is not None:
                return Row(number, (isbn,), repaired=True)
        reading = read_text(line, thirteen_only=self._doubtful)
        return Row(number, reading.isbns, reading.reason, excerpt(line))
