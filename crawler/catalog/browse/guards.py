"""What stands between Datasette and a browser, for the database holds texts of strangers.

A page of the web may ask a server on loopback as well, under a name of its own that it lets point
there ("DNS rebinding"): only our own names are answered. The content security policy keeps the
browser from fetching anything elsewhere. Cells of CSV are no formulas.
"""

import csv
import io
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from crawler.catalog.formats.csv_table import write_rows
from crawler.catalog.limits import LONGEST_CELL_BYTES

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

_OUR_NAMES = frozenset({b"127.0.0.1", b"localhost"})

_POLICY = (
    b"default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    b"img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    b"frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
_REFUSED = b"this address is answered under the name 127.0.0.1 only\n"


def guarded(app: App) -> App:
    """The application, between the guards."""

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        if _asked_for(scope["headers"]) not in _OUR_NAMES:
            await _refuse(send)
            return
        is_csv = False

        async def send_guarded(message: Message) -> None:
            nonlocal is_csv
            if message["type"] == "http.response.start":
                is_csv = _is_csv(scope["path"], message["headers"])
                message = {**message, "headers": [*message["headers"], *_HEADERS]}
            elif is_csv and message.get("body"):
                message = {**message, "body": disarmed(message["body"])}
            await send(message)

        await app(scope, receive, send_guarded)

    return answer


def disarmed(lines: bytes) -> bytes:
    """Whole lines of CSV, with what a spreadsheet would run made a text, as in exports."""
    out = io.BytesIO()
    limit = csv.field_size_limit(LONGEST_CELL_BYTES)  # of all of the process; else 128 KiB
    try:
        for row in csv.reader(io.StringIO(lines.decode(), newline="")):
            write_rows(row, (), out)
    finally:
        csv.field_size_limit(limit)
    return out.getvalue()


def _asked_for(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    host = next((value for name, value in headers if name == b"host"), b"")
    return host.partition(b":")[0]


def _is_csv(path: str, headers: Iterable[tuple[bytes, bytes]]) -> bool:
    kind = next((value for name, value in headers if name.lower() == b"content-type"), b"")
    return path.endswith(".csv") and kind.startswith((b"text/csv", b"text/plain"))


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain"), *_HEADERS]
    await send({"type": "http.response.start", "status": 421, "headers": headers})
    await send({"type": "http.response.body", "body": _REFUSED})
