"""A disk of a few hundred kilobytes, and files that can't be written, where the system has them."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[None]:
    """Mounted at `folder`; skips the test where that is not allowed."""
    folder.mkdir(exist_ok=True)
    if not _run("mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)):
        pytest.skip("no disk can be mounted here: that takes root")
    try:
        yield
    finally:
        assert _run("umount", str(folder))


def make_room(folder: Path, kilobytes: int = 64_000) -> None:
    assert _run("mount", "-o", f"remount,size={kilobytes}k", str(folder))


@contextmanager
def unwritable_disk(folder: Path) -> Iterator[None]:
    """The disk that is mounted there is read-only inside."""
    assert _run("mount", "-o", "remount,ro", str(folder))
    try:
        yield
    finally:
        assert _run("mount", "-o", "remount,rw", str(folder))


def fill(folder: Path) -> None:
    """With a file that leaves no room for another byte."""
    with (folder / "filled").open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            return


@contextmanager
def read_only(path: Path) -> Iterator[None]:
    """A file that may not be written to, or a folder in; by root neither, where the file system
    knows how.
    """
    if os.geteuid():
        mode = path.stat().st_mode
        path.chmod(mode & ~0o222)
        try:
            yield
        finally:
            path.chmod(mode)
        return
    if not _run("chattr", "+i", str(path)):
        pytest.skip("root may write to all that lies on this file system")
    try:
        yield
    finally:
        assert _run("chattr", "-i", str(path))


def _run(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
