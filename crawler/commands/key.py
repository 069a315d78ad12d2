"""The API key: from the environment or a file, and never anywhere else."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from crawler.commands.say import say
from crawler.errors import WrongUse
from crawler.library.key import LONGEST_KEY_BYTES, Key, accept_key
from crawler.library.options import KEY_VARIABLE, AskOptions
from crawler.names import for_shell
from crawler.sources import Source

_ADVICE = f"put it into {KEY_VARIABLE} or a --key-file, or try everything without one by --sandbox"


def find_key(options: AskOptions, source: Source, environment: Mapping[str, str]) -> Key | None:
    """The key, if there is one; says so where others can read it.

    Raises `CredentialsMissing` where the real API needs one, and `WrongUse`.
    """
    if options.sandbox:
        return None
    if options.key_file:
        place = f"the key file {options.key_file}"
        key = _read_key(options.key_file)
        if not key:
            raise WrongUse(f"{place} is empty")
    else:
        place = KEY_VARIABLE
        key = environment.get(KEY_VARIABLE, "").strip()
    return accept_key(key, place, options.base_url, source, say, advice=_ADVICE)


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
