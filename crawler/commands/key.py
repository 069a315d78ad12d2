"""The API key: from the environment or a file, and never anywhere else."""

from collections.abc import Mapping
from pathlib import Path

from crawler.commands.options import KEY_VARIABLE, AskOptions
from crawler.errors import CredentialsMissing, WrongUse
from crawler.sources import Source


def find_key(options: AskOptions, source: Source, environment: Mapping[str, str]) -> str | None:
    """The key, if there is one; raises `CredentialsMissing` where the real API needs it."""
    if options.sandbox:
        return None
    key = _read_key(options.key_file) if options.key_file else environment.get(KEY_VARIABLE, "")
    key = key.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise WrongUse("the API key holds blanks or characters that no key of Google's has")
    if not key and source.needs_key(options.base_url):
        raise CredentialsMissing(
            "Google Books gives calls without a key no quota: make one at "
            "https://console.cloud.google.com/apis/credentials (enable the Books API), put it into "
            f"{KEY_VARIABLE} or a --key-file, or try everything without one by --sandbox"
        )
    return key or None


def _read_key(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise WrongUse(f"the key file {path} can't be read: {reason}") from error
