"""Recorded answers, served by the identifiers that their volumes carry."""

from pathlib import Path

import msgspec
from msgspec import Raw, Struct

from crawler.isbn import ISBN13, find_isbn
from crawler.sandbox.collection import Page
from crawler.sandbox.query import Term, isbns_of
from crawler.sandbox.world import Verdict


class _Identifier(Struct, frozen=True):
    type: str
    identifier: str


class _Info(Struct, frozen=True, rename="camel"):
    industry_identifiers: tuple[_Identifier, ...] = ()


class _Volume(Struct, frozen=True, rename="camel"):
    id: str = ""
    volume_info: _Info = _Info()


class _File(Struct, frozen=True):
    kind: str
    items: tuple[Raw, ...] = ()


class Recorded:
    """The volumes in the JSON files of a folder: answers to a search, and single volumes.

    Raises `ValueError`, in a sentence, where the folder can't be read or a file is no answer.
    """

    def __init__(self, folder: Path) -> None:
        self._by_isbn: dict[ISBN13, dict[str, bytes]] = {}
        self._by_id: dict[str, bytes] = {}
        self._isbn_of: dict[str, ISBN13] = {}
        paths = sorted(folder.glob("*.json"))
        if not paths:
            raise ValueError(f"{folder} holds no recorded answer, that is no file *.json")
        for path in paths:
            self._read(path)

    def search(self, terms: tuple[Term, ...], page: slice, country: str) -> Page:  # noqa: ARG002
        """The volumes that carry an ISBN asked for; words find nothing."""
        found: dict[str, bytes] = {}
        for isbn in isbns_of(terms):
            found.update(self._by_isbn.get(isbn, {}))
        return Page(items=tuple(found.values())[page], claimed=len(found))

    def find_volume(self, volume_id: str, country: str) -> bytes | None:  # noqa: ARG002
        """The recorded volume of this id, in full where it was recorded so."""
        return self._by_id.get(volume_id)

    def find_isbn_of(self, volume_id: str) -> ISBN13 | None:
        """An ISBN of the recorded volume."""
        return self._isbn_of.get(volume_id)

    def verdict(self, isbn: ISBN13) -> Verdict:
        """Recorded ISBNs are found, all others are missing."""
        return "found" if isbn in self._by_isbn else "missing"

    def _read(self, path: Path) -> None:
        try:
            body = path.read_bytes()
            answer = msgspec.json.decode(body, type=_File)
            volumes = [
                (bytes(item), msgspec.json.decode(item, type=_Volume)) for item in answer.items
            ]
            if answer.kind == "books#volume":
                volumes = [(body, msgspec.json.decode(body, type=_Volume))]
        except (OSError, msgspec.DecodeError) as error:
            raise ValueError(f"{path} is no recorded answer of Google Books: {error}") from error
        for raw, volume in volumes:
            self._add(raw, volume, is_full=answer.kind == "books#volume")

    def _add(self, raw: bytes, volume: _Volume, *, is_full: bool) -> None:
        # Recordings that somebody trimmed have no id.
        name = volume.id or raw.decode()
        for entry in volume.volume_info.industry_identifiers:
            isbn = find_isbn(entry.identifier) if entry.type.startswith("ISBN") else None
            if isbn is None:
                continue
            self._isbn_of.setdefault(volume.id, isbn)
            shown = self._by_isbn.setdefault(isbn, {})
            if not is_full:
                shown[name] = raw
            else:
                shown.setdefault(name, raw)
        if volume.id and (is_full or volume.id not in self._by_id):
            self._by_id[volume.id] = raw
