"""The API key: from the environment or a file, and never anywhere else."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from yarl import URL

from crawler.commands.options import KEY_VARIABLE, AskOptions
from crawler.commands.say import say
from crawler.errors import CredentialsMissing, WrongUse
from crawler.fetch.client import is_loopback
from crawler.names import for_shell
from crawler.sources import Source

LONGEST_KEY_BYTES = 4096
"""Google's have 39 characters; a server takes 8 KB of headers."""


class Key(str):
    """A key that no `repr` tells: not that of a session, a request, or an error that holds one."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'(key)'"


def find_key(options: AskOptions, source: Source, environment: Mapping[str, str]) -> Key | None:
    """The key, if there is one; says so where others can read it.

    Raises `CredentialsMissing` where the real API needs one, and `WrongUse`.
    """
    if options.sandbox:
        return None
    if options.key_file:
        place = f"the key file {options.key_file}"
        key = _read_key(options.key_file)
    else:
        place = KEY_VARIABLE
        key = environment.get(KEY_VARIABLE, "").strip()
    if not key.isascii() or not key.isprintable() or " " in key or len(key) > LONGEST_KEY_BYTES:
        raise WrongUse(f"{place} holds more than a key: blanks, lines or signs that none has")
    if key:
        _refuse_in_the_clear(options.base_url, source)
        return Key(key)
    if options.key_file:
        raise WrongUse(f"{place} is empty")
    if source.needs_key(options.base_url):
        raise CredentialsMissing(
            "Google Books gives calls without a key no quota: make one at "
            "https://console.cloud.google.com/apis/credentials (enable the Books API), put it into "
            f"{KEY_VARIABLE} or a --key-file, or try everything without one by --sandbox"
        )
    return None


def _read_key(path: Path) -> str:
    try:
        with path.open("rb") as file:
            read = file.read(LONGEST_KEY_BYTES + 1)
            _tell_who_reads(path, os.fstat(file.fileno()))
        return read.decode("utf-8-sig").strip()  # Windows' editors begin files with a mark
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise WrongUse(f"the key file {path} can't be read: {reason}") from error


def _tell_who_reads(path: Path, status: os.stat_result) -> None:
    is_users_own = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid()
    if is_users_own and status.st_mode & (stat.S_IRGRP | stat.S_IROTH):
        say(f"others can read the key file: `chmod 600 {for_shell(str(path))}` keeps it to you")


def _refuse_in_the_clear(base_url: str, source: Source) -> None:
    url = URL(base_url)
    if url.scheme != "http" or is_loopback(base_url):
        return
    if source.needs_key(base_url):
        raise WrongUse("the key would cross the network unencrypted: give --base-url with https")
    say(f"the key crosses the network unencrypted: use https where {url.host} has it")
