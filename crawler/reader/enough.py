"""How much of a file has to be there to tell what it is, where the rest may be long in coming."""

import re

from crawler.reader.cell import read_text
from crawler.reader.headers import role_of

_MANY = 20
_PARTED = re.compile(r"[,;\t|\[{]")


def is_enough(head: bytes) -> bool:
    """Whether the whole lines of `head` show by themselves what is to follow.

    One ISBN does in a plain list, and below a header with a name for ISBNs; of other tables, and
    of JSON, a score of lines.
    """
    *lines, _begun = head.decode("latin-1").split("\n", _MANY)
    if len(lines) == _MANY:
        return True
    if not any(read_text(line).isbns for line in lines):
        return False
    return not any(map(_PARTED.search, lines)) or any(map(role_of, _PARTED.split(lines[0])))
