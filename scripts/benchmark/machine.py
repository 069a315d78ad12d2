"""The machine that it was measured on."""

import os
import platform
import sqlite3
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from scripts.benchmark.behaviour import Ready
from scripts.benchmark.cores import Cores
from scripts.benchmark.record import Machine

TOLD = (
    "aiohttp", "aiosqlite", "msgspec", "uvloop", "zstandard", "requests", "httpx", "isbnlib",
    "scrapy", "crawlee",
)  # fmt: skip
"""Packages whose versions matter."""

_CPUINFO = Path("/proc/cpuinfo")
_MOUNTS = Path("/proc/mounts")


def look(folder: Path, cores: Cores, ready: Ready) -> Machine:
    """What it is, and the file system of `folder`, where the databases lie."""
    return Machine(
        cpu=_cpu(),
        cores=os.cpu_count() or 1,
        memory_gb=round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1),
        system=f"{platform.system()} {platform.release()}",
        disk=_file_system(folder),
        load=round(os.getloadavg()[0], 2),
        pinning=str(cores),
        loop=ready.loop,
        python=platform.python_version(),
        versions={"SQLite": sqlite3.sqlite_version} | _versions(),
        plain_bytes=ready.plain_bytes,
        packed_bytes=ready.packed_bytes,
    )


def _versions() -> dict[str, str]:
    found: dict[str, str] = {}
    for package in TOLD:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _cpu() -> str:
    if _CPUINFO.exists():
        for line in _CPUINFO.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _file_system(folder: Path) -> str:
    """Its kind, since a commit costs what a sync costs there; empty where it is not told."""
    if not _MOUNTS.exists():
        return ""
    mounts = [line.split()[1:3] for line in _MOUNTS.read_text().splitlines()]
    holding = [(place, kind) for place, kind in mounts if folder.resolve().is_relative_to(place)]
    return max(holding, key=lambda mount: len(mount[0]))[1] if holding else ""
