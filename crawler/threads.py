"""Work in a thread that nobody waits for."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


class ThreadBeside:
    """A thread beside the running loop, which may outlive it.

    A pipe can be silent for ever, and asyncio waits for the threads of its own executor. One thread
    is for all that is done in it: where memory has run out, a new one may die before it is on its
    way, and `Thread.start` would wait for that for ever.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        Thread(target=self._run, daemon=True).start()

    def do(self, function: Callable[[], T]) -> "asyncio.Future[T]":
        """The result of `function`, once those before it are done."""
        future: asyncio.Future[T] = self._loop.create_future()
        self._work.put(partial(self._answer, future, function))
        return future

    def close(self) -> None:
        """Nothing more is to be done."""
        self._work.put(None)

    def _run(self) -> None:
        while work := self._work.get():
            work()

    def _answer(self, future: "asyncio.Future[T]", function: Callable[[], T]) -> None:
        told: Callable[[], None]
        try:
            told = partial(future.set_result, function())
        except BaseException as error:
            told = partial(future.set_exception, error)
        with suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
            self._loop.call_soon_threadsafe(_tell, future, told)


def _tell(future: "asyncio.Future[T]", told: Callable[[], None]) -> None:
    if not future.done():
        told()
