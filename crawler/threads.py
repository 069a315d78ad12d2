"""Work in threads that nobody waits for."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


def in_thread(function: Callable[[], T]) -> "asyncio.Future[T]":
    """Its result, from a thread that may outlive the loop.

    A pipe can be silent for ever, and asyncio waits for the threads of its own executor.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def tell(set_result: Callable[[], None]) -> None:
        if not future.done():
            set_result()

    def work() -> None:
        told: Callable[[], None]
        try:
            result = function()
        except BaseException as error:
            raised = error
            told = lambda: future.set_exception(raised)  # noqa: E731
        else:
            told = lambda: future.set_result(result)  # noqa: E731
        with suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
            loop.call_soon_threadsafe(tell, told)

    Thread(target=work, daemon=True).start()
    return future
