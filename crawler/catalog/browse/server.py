"""Serving the site, on loopback alone."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import uvicorn

from crawler.catalog.browse.site import Site
from crawler.errors import WrongUse

HOST = "127.0.0.1"

LAST_ANSWERS_S = 3
"""So long may what is being answered take when the server is to stop; queries have less."""


class Server(uvicorn.Server):
    """Leaves signals to the command, which knows what they are to mean."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do not."""
        yield

    def stop(self) -> None:
        """Answer what was asked, and end."""
        self.should_exit = True


async def serve(path: Path, port: int, ready: Callable[[str, Callable[[], None]], None]) -> None:
    """Serve the database until stopped.

    As soon as it can be asked, `ready` is called with its address and with what stops it. Port 0
    takes any free one. Raises `WrongUse` where the port can't be had.
    """
    with closing(_listen(port)) as listening, closing(Site(path)) as site:
        config = uvicorn.Config(
            site.app,
            lifespan="off",
            ws="none",
            log_config=None,
            log_level="critical",  # nothing that a browser sends is told on the terminal
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=LAST_ANSWERS_S,
        )
        server = Server(config)
        ready(f"http://{HOST}:{listening.getsockname()[1]}/", server.stop)
        await server.serve(sockets=[listening])


def _listen(port: int) -> socket.socket:
    """Bound and heard before the address is told, so that no browser comes too early.

    asyncio sends at once (TCP_NODELAY) only where the protocol is named; else each page after the
    first of a connection would wait 40 ms for an acknowledgement.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen()
    except OSError as error:
        listening.close()
        raise WrongUse(
            f"the port {port} can't be served at ({error.strerror}): choose another --port"
        ) from error
    return listening
