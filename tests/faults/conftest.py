"""Fixtures of the acceptance tests, and the account of what was tried."""

from collections.abc import Callable

import msgspec
import pytest
from _pytest.terminal import TerminalReporter

from tests.acceptance.conftest import api, chance, program
from tests.faults.account import PROPERTY, Account, Tried, table
from tests.faults.effort import LONG
from tests.faults.syscalls import why_not

__all__ = ["api", "chance", "program"]


@pytest.fixture
def account(record_property: Callable[[str, object], None]) -> Account:
    def note(group: str, fault: str, how: str, *, times: int, lost: int) -> None:
        record_property(PROPERTY, msgspec.to_builtins(Tried(group, fault, how, times, lost)))

    return note


@pytest.fixture(scope="session")
def strace() -> None:
    """For tests of a command under strace; they are skipped where nothing can be traced."""
    if reason := why_not():
        pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    if not LONG:
        return
    tried = [
        msgspec.convert(value, Tried)
        for report in terminalreporter.getreports("passed")
        for name, value in report.user_properties
        if name == PROPERTY
    ]
    terminalreporter.section("what was tried")
    for line in table(tried):
        terminalreporter.line(line)
