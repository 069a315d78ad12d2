"""The event loop: uvloop where it is installed (the extra `speed`), asyncio's own elsewhere."""

import asyncio
from importlib.util import find_spec


def new_loop() -> asyncio.AbstractEventLoop:
    """A loop, for `asyncio.Runner`; uvloop asks a fourth more in a second, of calls that wait for
    nothing (README, "How fast it is").
    """
    if find_spec("uvloop") is None:
        return asyncio.new_event_loop()
    import uvloop

    return uvloop.new_event_loop()
