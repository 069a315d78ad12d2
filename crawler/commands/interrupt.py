"""Signals that end a command, where no crawl runs that could end in good order."""

import signal

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, `kill`, and a terminal that was closed."""


class Interrupted(KeyboardInterrupt):
    """What Ctrl-C raises, for the other signals; `number` tells which it was."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def interrupt_by_all() -> None:
    """From now on each of them interrupts as Ctrl-C does, so that what is half made is taken back.

    One that the caller has ignored stays so: `nohup` does that, to outlive the terminal.
    """
    for number in ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)


def interrupt_no_more() -> None:
    """From now on each of them ends the process at once and without a word."""
    for number in ENDING:
        if signal.getsignal(number) is _interrupt:
            signal.signal(number, signal.SIG_DFL)


def number_of(error: BaseException | None) -> int:
    """The signal that led to `error`."""
    while error is not None:
        if isinstance(error, Interrupted):
            return error.number
        error = error.__cause__ or error.__context__
    return signal.SIGINT


def _interrupt(number: int, _frame: object) -> None:
    interrupt_no_more()  # whoever sends a second one does not want to wait for what is taken back
    raise Interrupted(number)
