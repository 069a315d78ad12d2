"""Characters that stand for others in the ISBNs that people write."""

_DASHES = (
    "\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d\udc96\udc97\udcad"
)
_BLANKS = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
)
_BLANKS += "\u3000\v\f\udca0"
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068"
_INVISIBLE += "\u2069\ufeff\0"
_ZEROS = "\u0660\u06f0\uff10"
"""Arabic, Persian and full-width digits; the other digits of each follow its zero."""
_CHECK_X = "\uff38\uff58\u0425\u0445"
"""Full-width and Cyrillic letters that are typed for the X of an ISBN-10."""

_TABLE = {
    **dict.fromkeys(map(ord, _DASHES), "-"),
    **dict.fromkeys(map(ord, _BLANKS), " "),
    **dict.fromkeys(map(ord, _INVISIBLE), None),
    **dict.fromkeys(map(ord, _CHECK_X), "X"),
    **{ord(zero) + digit: str(digit) for zero in _ZEROS for digit in range(10)},
    0xFF1A: ":",
    0xFF0C: ",",
    0x3001: ",",
    0xFF1B: ";",
}


def plainly(text: str) -> str:
    """`text` with its dashes, blanks and digits as ASCII has them, and without NUL."""
    return text if text.isascii() and "\0" not in text else text.translate(_TABLE)
