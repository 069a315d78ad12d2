"""Steps that run in a process each, so that the memory of one is not taken for another's."""

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Generic, TypeVar

from msgspec import Struct

from scripts.benchmark.processes import peak_bytes

T = TypeVar("T")


class Step(Struct, Generic[T], frozen=True):
    """What a step gave, how long it took, and the peak of its process."""

    result: T
    seconds: float
    peak_mb: float


def run_alone(step: Callable[[], T]) -> Step[T]:
    """Run it in a new process; it has to be one that can be pickled."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measured, step).result()


def _measured(step: Callable[[], T]) -> Step[T]:
    began = time.perf_counter()
    result = step()
    return Step(result, time.perf_counter() - began, peak_bytes() / 1e6)
