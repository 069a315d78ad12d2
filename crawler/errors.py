"""Expected trouble: each is one sentence for the user, with the exit code of the contract."""

from typing import ClassVar


class BookcrawlError(Exception):
    """What happened, to what, and what to do next, in one sentence."""

    exit_code: ClassVar[int] = 1


class WrongUse(BookcrawlError):
    """The command was asked for something that it can't do."""

    exit_code = 2


class InputUnreadable(BookcrawlError):
    """A file of ISBNs that can't be read, or has none."""

    exit_code = 2


class DatabaseUnusable(BookcrawlError):
    """The database is locked, foreign, newer, corrupt, or can't be written."""

    exit_code = 4


class DatabaseBusy(DatabaseUnusable):
    """Another program is writing to it."""


class DatabaseDamaged(DatabaseUnusable):
    """What stands in the file is no database, or no whole one."""


class CredentialsMissing(BookcrawlError):
    """The real API was asked for without a key."""

    exit_code = 5


class StoppedEarly(BookcrawlError):
    """Some ISBNs could not be asked for now: the quota is used up, or the API is out of reach."""

    exit_code = 75


def first_of(error: BaseException) -> BaseException:
    """Tasks fail in groups; the first expected trouble among them is what happened."""
    while isinstance(error, BaseExceptionGroup):
        error = (error.subgroup(BookcrawlError) or error).exceptions[0]
    return error
