"""The API key: accepted where it may be sent, and told nobody."""

from collections.abc import Callable

from yarl import URL

from crawler.errors import CredentialsMissing, WrongUse
from crawler.fetch.client import is_loopback
from crawler.sources import Source

LONGEST_KEY_BYTES = 4096
"""Google's have 39 characters; a server takes 8 KB of headers."""


class Key(str):
    """A key that no `repr` tells: not that of a session, a request, or an error that holds one."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'(key)'"


def accept_key(
    text: str,
    place: str,
    base_url: str,
    source: Source,
    tell: Callable[[str], None],
    *,
    advice: str,
) -> Key | None:
    """`text`, from a `place` that sentences name, as a key for the API; None where it is empty.

    `advice` tells who has none what to do with a new one. `tell` gets a sentence where the key
    crosses a network in the clear. Raises `WrongUse` for what is no key or must not be sent so, and
    `CredentialsMissing` where the real API needs one.
    """
    if not text.isascii() or not text.isprintable() or " " in text or len(text) > LONGEST_KEY_BYTES:
        raise WrongUse(f"{place} holds more than a key: blanks, lines or signs that none has")
    if text:
        _refuse_in_the_clear(base_url, source, tell)
        return Key(text)
    if source.needs_key(base_url):
        raise CredentialsMissing(
            "Google Books gives calls without a key no quota: make one at "
            f"https://console.cloud.google.com/apis/credentials (enable the Books API), {advice}"
        )
    return None


def _refuse_in_the_clear(base_url: str, source: Source, tell: Callable[[str], None]) -> None:
    url = URL(base_url)
    if url.scheme != "http" or is_loopback(base_url):
        return
    if source.needs_key(base_url):
        raise WrongUse("the key would cross the network unencrypted: give --base-url with https")
    tell(f"the key crosses the network unencrypted: use https where {url.host} has it")
