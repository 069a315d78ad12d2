"""A name for a key that does not tell the key."""

import hashlib

from yarl import URL

GOOGLE = "googleapis.com"

_SALT = b"bookcrawl quota"


def fingerprint(base_url: str, key: str | None) -> str:
    """The API's address and a salted hash: calls are counted under it, one quota for each key.

    A key of Google's has 35 random characters, so that 8 bytes of a hash neither lead back to it
    nor collide among the keys of one user.
    """
    url = URL(base_url)
    # All addresses of Google's APIs draw on one quota.
    address = GOOGLE if (url.host or "").endswith(f".{GOOGLE}") else url.authority
    if key is None:
        return f"{address} without key"
    return f"{address} {hashlib.blake2b(key.encode(), digest_size=8, salt=_SALT).hexdigest()}"
