"""An API that knows every book, and refuses some ISBNs however often they are asked for."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

REFUSAL = {"error": {"code": 400, "message": "Request contains an invalid argument."}}


def volume(isbn: str) -> dict[str, object]:
    identifiers = [{"type": "ISBN_13", "identifier": isbn}]
    return {
        "id": isbn[:12],
        "volumeInfo": {"title": f"Book {isbn}", "industryIdentifiers": identifiers},
    }


@contextmanager
def poisoned(isbns: Collection[str]) -> Iterator[str]:
    """The API's root; a call that asks for one of `isbns` is refused."""

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = re.findall(r"isbn:(\d{13})", parse_qs(urlsplit(self.path).query)["q"][0])
            if any(isbn in isbns for isbn in asked):
                self._send(400, REFUSAL)
            else:
                self._send(200, {"totalItems": len(asked), "items": list(map(volume, asked))})

        def _send(self, code: int, answer: Mapping[str, object]) -> None:
            body = json.dumps(answer).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_message: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        server.daemon_threads = True
        serving = Thread(target=server.serve_forever)
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/books/v1"
        finally:
            server.shutdown()
            serving.join()
