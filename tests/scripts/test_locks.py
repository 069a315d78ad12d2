"""The lock files that scripts/lock writes."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")


def normal(name: str) -> str:
    """The name as PyPA's specification of names compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lock: str) -> dict[str, str]:
    """`name` to version and hashes, for each package of the lock."""
    text = (ROOT / lock).read_text(encoding="ascii")
    pin = r"^([\w.-]+)==([\w.+!]+)[^\\\n]*\\\n((?:.*\\\n)*.*)"
    found = re.findall(pin, text, flags=re.MULTILINE)
    return {normal(name): f"{version} {hashes}" for name, version, hashes in found}


def named(requirements: list[str]) -> set[str]:
    return {normal(re.split(r"[^\w.-]", requirement)[0]) for requirement in requirements}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_each_package_by_its_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="ascii")
    assert set(pins(lock)) == named(re.findall(r"^[^\s#].*", text, flags=re.MULTILINE))
    assert all("--hash=sha256:" in pin for pin in pins(lock).values())


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_index_and_no_folder(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="ascii")
    assert not re.search(r"://|\s/|index-url|find-links", text)


def test_the_lock_of_the_tests_holds_all_that_the_crawl_uses_in_the_same_versions() -> None:
    runtime, dev = (pins(lock) for lock in LOCKS)
    assert runtime
    assert runtime.items() <= dev.items()


def test_the_locks_hold_what_the_project_asks_for() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = asked["project"]
    runtime = [
        *project["dependencies"],
        *asked["build-system"]["requires"],
    ]
    assert named(runtime) <= set(pins("requirements.lock"))
    assert named(asked["dependency-groups"]["dev"]) <= set(pins("requirements-dev.lock"))
