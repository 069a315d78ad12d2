"""The audit of dependencies tells what it found, or that it could not run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

AUDIT = Path(__file__).parents[2] / "scripts" / "audit"

SOUND = {"name": "click", "version": "8.5.1", "vulns": []}
VULNERABLE = {
    "name": "yarl",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["1.1"], "aliases": [], "description": "x"}],
}
UNKNOWN = {"name": "rich", "skip_reason": "Dependency not found on PyPI"}


def audit(folder: Path, pip_audit: str) -> tuple[int, str]:
    """Run it with a pip-audit of ours."""
    (folder / "pip_audit.py").write_text(f"import sys\n{pip_audit}\n")
    done = subprocess.run(
        [sys.executable, AUDIT],
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([SOUND], 0, "1 packages were audited, 0 have known vulnerabilities; 0 could not"),
        ([SOUND, UNKNOWN], 0, "1 packages were audited, 0 have known vulnerabilities; 1 could not"),
        ([SOUND, VULNERABLE], 1, "yarl 1.0: PYSEC-2026-1, mended in 1.1\n"),
        ([UNKNOWN], 0, "could not run: its service knows none of the 1 packages"),
    ],
)
def test_what_was_found_is_told_and_what_could_not_be_looked_up(
    tmp_path: Path, packages: list[object], code: int, said: str
) -> None:
    report = json.dumps({"dependencies": packages, "fixes": []})
    returned, told = audit(tmp_path, f"print({report!r})\nsys.exit({code})")
    assert returned == code
    assert said in told


@pytest.mark.parametrize("failure", ["sys.exit('no such host')", "raise OSError('no such host')"])
def test_an_audit_that_could_not_run_says_so_and_is_no_failure(
    tmp_path: Path, failure: str
) -> None:
    code, told = audit(tmp_path, failure)
    assert code == 0
    assert told.startswith("The audit could not run: ")
    assert "no such host" in told
