"""The command tree, and the one place where errors become sentences and exit codes."""

import logging
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click

from crawler import __version__
from crawler.errors import BookcrawlError, WrongUse, first_of

COMMANDS = {
    "crawl": "Add the ISBNs of files to the database and ask for all that are pending.",
    "resume": "Ask for what is pending.",
    "lookup": "Answer for single ISBNs, from the database where it has them.",
    "check": "Read files only: what would be asked for, what is rejected and why.",
    "status": "States, today's quota, the last runs, and how long the rest will take.",
    "retry": "Ask again for what failed, is missing, or was found long ago.",
    "reparse": "Read all kept payloads again with today's parser, without a call.",
    "search": "Find books by words, best first.",
    "show": "One book in full.",
    "sql": "Any read-only query.",
    "export": "All books, or those of a search, as a file.",
    "enrich": "A table of yours with what is known of its books in added columns.",
    "report": "A page of pictures: what was found, why not the rest, how the crawl went.",
    "browse": "Look at the database in a browser, with facets, search and ready queries.",
    "sandbox": "Serve a Google Books of our own on loopback.",
    "doctor": "Check key, network, quota, database and disk.",
    "purge": "Drop books that were retrieved long ago, and give the disk back.",
}
"""In the order of a crawl; each is the module of its name in `commands`, loaded when it is run."""

FAULT = 1
SIGNALLED = 128
REPORT = "please report it to the makers of bookcrawl, with what the same command says under -vv"


class _Commands(click.Group):
    """Loads a command when it is asked for, so that `--help` need not load them all."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"crawler.commands.{cmd_name}").command
        if _QUIET not in command.params:
            command.params += [_QUIET, _VERBOSE]
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _be_quiet(_context: click.Context, _option: click.Parameter, quiet: bool) -> None:
    if quiet:
        from crawler.commands.say import console

        console.quiet = True


def _be_verbose(_context: click.Context, _option: click.Parameter, times: int) -> None:
    if times:
        from crawler.commands.say import log_calls

        log_calls(logging.INFO if times == 1 else logging.DEBUG)


_QUIET = click.Option(
    ["-q", "--quiet"], is_flag=True, expose_value=False, callback=_be_quiet,
    help="Say nothing but data and errors.",
)  # fmt: skip
_VERBOSE = click.Option(
    ["-v", "--verbose"], count=True, expose_value=False, callback=_be_verbose,
    help="Tell of trouble with calls; twice: of every call.",
)  # fmt: skip


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="bookcrawl")
def bookcrawl() -> None:
    """Turn a file of ISBNs into a SQLite database of book metadata.

    \b
      bookcrawl crawl isbns.txt        then: status, search, show, sql, export
      bookcrawl crawl --sandbox isbns.txt      to try it without key or network
    """  # noqa: D301  \b keeps click from filling the lines below it


def main() -> NoReturn:
    """The command `bookcrawl`: runs, says what went wrong in a sentence, exits by the contract."""
    from crawler.commands.interrupt import interrupt_by_all, interrupt_no_more
    from crawler.commands.streams import open_streams

    os.umask(os.umask(0o077) | 0o007)  # new files: nothing for others, the group as the user has it
    open_streams()
    sys.exit(run(sys.argv[1:], interrupt_by_all, interrupt_no_more))


def run(
    arguments: Sequence[str],
    begin: Callable[[], None] = lambda: None,
    end: Callable[[], None] = lambda: None,
) -> int:
    """Run a command line between `begin` and `end`; its exit code."""
    try:
        try:
            begin()
            _see_what_is_needed()
            status = bookcrawl.main(list(arguments), prog_name="bookcrawl", standalone_mode=False)
        finally:
            end()
    except SystemExit:  # so click ends where whoever read standard output has enough
        return 0
    except click.exceptions.NoArgsIsHelpError as nothing_asked:
        nothing_asked.show()  # the help: many lines, and no error of anybody's
        return WrongUse.exit_code
    except (Exception, KeyboardInterrupt, BaseExceptionGroup) as error:
        return _tell(error)
    return status if isinstance(status, int) else 0


def _see_what_is_needed() -> None:
    """Raise if there is not what every command needs: memory, and a folder to be in."""
    from crawler.commands.shortage import claim_memory

    claim_memory()
    try:
        Path.cwd()
    except FileNotFoundError as error:
        raise WrongUse("the folder that you are in is gone: change into another one") from error


def _tell(error: BaseException) -> int:
    """Say what went wrong; the exit code."""
    from crawler.commands.shortage import EXIT_CODE, find_shortage
    from crawler.commands.streams import fall_silent

    if shortage := find_shortage(error):
        click.echo(f"bookcrawl: {shortage}", err=True)
        fall_silent()  # threads and objects that can't be ended in order have nothing to add
        return EXIT_CODE
    from crawler.commands.terminal import printable

    sentence, code = explain(first_of(error))
    click.echo(f"bookcrawl: {printable(sentence)}", err=True)
    return code


def explain(error: BaseException) -> tuple[str, int]:
    """What to tell the user of an error, and the exit code."""
    match error:
        case click.UsageError():
            hint = f" (`{error.ctx.command_path} --help` tells more)" if error.ctx else ""
            return error.format_message().rstrip(".") + hint, WrongUse.exit_code
        case click.ClickException():
            return error.format_message(), WrongUse.exit_code
        case BookcrawlError():
            return str(error), error.exit_code
        case KeyboardInterrupt() | click.exceptions.Abort():
            from crawler.commands.interrupt import number_of

            return "interrupted; the same command again goes on", SIGNALLED + number_of(error)
    logging.getLogger("crawler").debug("the fault:", exc_info=error)
    (*_, place) = traceback.extract_tb(error.__traceback__)
    where = f"{place.name}, line {place.lineno} of {place.filename}"
    return f"a fault of ours, {type(error).__name__} in {where}: {error}; {REPORT}", FAULT
