"""The server as a process beside the candidates."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import msgspec

from scripts.benchmark.behaviour import Arrivals, Behaviour, Ready
from scripts.benchmark.cores import Cores
from scripts.benchmark.processes import environment

TIMEOUT_S = 30.0


class RunningServer:
    """Made by `serving`."""

    def __init__(self, ready: Ready) -> None:
        self.ready = ready
        self.base_url = f"http://127.0.0.1:{ready.port}/books/v1"

    def begin(self, behaviour: Behaviour) -> None:
        """Behave so from now on, and count anew."""
        self._get("/bench/begin?" + urlencode(msgspec.structs.asdict(behaviour)))

    def arrivals(self) -> Arrivals:
        """What came since then."""
        return msgspec.json.decode(self._get("/bench/arrivals"), type=Arrivals)

    def _get(self, target: str) -> bytes:
        connection = HTTPConnection("127.0.0.1", self.ready.port, timeout=TIMEOUT_S)
        try:
            connection.request("GET", target)
            return connection.getresponse().read()
        finally:
            connection.close()


@contextmanager
def serving(books: int, folder: Path, cores: Cores) -> Iterator[RunningServer]:
    """A server that knows `books` books, and has noted them in `folder`."""
    words = ["-m", "scripts.benchmark.server", str(books), str(folder), *map(str, cores.server)]
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, *words], env=environment(folder), stdout=subprocess.PIPE
    ) as process:
        try:
            said = process.stdout.readline() if process.stdout else b""
            yield RunningServer(msgspec.json.decode(said, type=Ready))
        finally:
            process.kill()
