"""The event loop of the server and of the bare candidate: uvloop where it is installed."""

import asyncio
from collections.abc import Callable
from importlib.util import find_spec


def loop_name() -> str:
    """`uvloop`, or else `asyncio`."""
    return "uvloop" if find_spec("uvloop") else "asyncio"


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    """What `asyncio.Runner` takes."""
    if loop_name() == "asyncio":
        return asyncio.new_event_loop
    import uvloop

    return uvloop.new_event_loop
