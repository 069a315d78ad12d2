"""A thread beside a loop may outlive it, and nobody hears of what it does then."""

import asyncio
import threading

import pytest

from crawler.threads import ThreadBeside


@pytest.mark.parametrize("error", [None, OSError("the pipe broke")])
def test_what_comes_after_the_loop_has_ended_is_told_nobody(error: OSError | None) -> None:
    has_ended = threading.Event()

    def wait() -> None:
        has_ended.wait()
        if error:
            raise error

    async def begin() -> None:
        beside = ThreadBeside()
        beside.do(wait)
        beside.close()

    before = set(threading.enumerate())
    asyncio.run(begin())
    (thread,) = set(threading.enumerate()) - before
    has_ended.set()
    thread.join()  # pytest would tell of an error in it
