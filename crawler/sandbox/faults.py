"""Trouble on purpose: which calls meet it is decided by the seed and the number of the call."""

from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from crawler.sandbox.draw import Draw
from crawler.sandbox.errors import BAD_GATEWAY, BY_NAME, HTML_TYPE, Answer


class Transport(StrEnum):
    """Trouble on the way: the answer is right, what arrives is not."""

    RESET = "reset"
    """The connection is reset, and nothing arrives."""
    CUT = "cut"
    """The connection closes in the middle of the body."""
    DRIP = "drip"
    """The body arrives in small pieces over `server.DRIP_S` seconds."""
    STALL = "stall"
    """Nothing arrives, and the connection stays open."""


class Body(StrEnum):
    """A 200 whose body is no answer."""

    TORN = "torn"
    """Half the JSON, as if it were all."""
    EMPTY = "empty"
    """No byte."""
    SHAPE = "shape"
    """JSON, and not of the shape that was promised."""
    HTML200 = "html200"
    """A page."""


Fault: TypeAlias = Transport | Body | Answer
"""An `Answer` is a refusal of `errors.BY_NAME`."""

_FAULTS: dict[str, Fault] = {
    **BY_NAME,
    "html": BAD_GATEWAY,
    **{fault.value: fault for fault in Transport},
    **{fault.value: fault for fault in Body},
}

NAMES = tuple(sorted(_FAULTS))
"""What may stand before the `=` in `--errors`."""


class FaultShare(Struct, frozen=True):
    """A fault, by its name, and the share of calls that meet it."""

    name: str
    share: float


def parse_faults(text: str) -> tuple[FaultShare, ...]:
    """The shares written as `503=0.3,reset=0.01`.

    Raises `ValueError`, in a sentence, for an unknown name, for what is no share, and for shares
    that sum up to more than 1.
    """
    faults = tuple(_parse_fault(part) for part in text.split(",") if part.strip())
    total = sum(fault.share for fault in faults)
    if total > 1:
        raise ValueError(f"the shares of errors sum up to {total:g}, and may to 1 at most")
    return faults


def _parse_fault(text: str) -> FaultShare:
    name, _, number = (part.strip() for part in text.partition("="))
    if name not in _FAULTS:
        raise ValueError(f"{name!r} is no error of the sandbox; there are {', '.join(NAMES)}")
    try:
        share = float(number)
    except ValueError:
        raise ValueError(f"{text.strip()!r} needs a share from 0 to 1, as in {name}=0.05") from None
    if not 0 <= share <= 1:
        raise ValueError(f"the share of {name} is {number}, and has to be from 0 to 1")
    return FaultShare(name, share)


def find_fault(faults: tuple[FaultShare, ...], seed: int, call: int) -> FaultShare | None:
    """The fault that this call meets, if any; `call` counts from 1."""
    return Draw(seed, call, "fault").by_share((fault, fault.share) for fault in faults)


def fault_named(name: str) -> Fault:
    """The fault behind a name of `NAMES`."""
    return _FAULTS[name]


def spoiled(answer: Answer, fault: Body) -> Answer:
    """The answer as the fault leaves it."""
    match fault:
        case Body.TORN:
            return Answer(answer.status, answer.body[: len(answer.body) // 2])
        case Body.EMPTY:
            return Answer(answer.status, b"")
        case Body.SHAPE:
            return Answer(answer.status, b'{"kind": "books#volumes", "items": {"id": 7}}')
        case Body.HTML200:
            return Answer(200, b"<!DOCTYPE html>\n<title>One moment</title>\n", HTML_TYPE)
