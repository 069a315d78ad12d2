"""Run `dying` in a process of its own and see that it died."""

import subprocess
import sys
from pathlib import Path

from tests.store.dying import DIED

PROJECT = Path(__file__).parents[2]


def killed(what: str, path: Path, statement: str) -> None:
    process = subprocess.run(
        [sys.executable, "-m", "tests.store.dying", what, path, statement],
        cwd=PROJECT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (process.returncode, process.stderr) == (DIED, "")
