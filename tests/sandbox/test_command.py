import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import click
import pytest
from click.testing import CliRunner

from crawler.commands.sandbox import command
from crawler.errors import WrongUse
from crawler.sandbox import SandboxOptions

ROOT = Path(__file__).parents[2]
START = "from crawler.commands.sandbox import command; command()"


@contextmanager
def started(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-c", START, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_address_serves_and_ends_cleanly_when_it_is_stopped(
    number: signal.Signals,
) -> None:
    with started("--seed", "3") as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with urlopen(f"{url}/volumes?q=isbn:9780140328721") as answer:  # noqa: S310 - loopback
            assert json.load(answer)["kind"] == "books#volumes"
        process.send_signal(number)
        rest, told = process.communicate(timeout=10)
    assert process.returncode == 0
    assert rest == ""
    assert told.startswith("ask it with: ")
    assert told.endswith(f" crawl --base-url {url} FILE\n")


def test_a_port_that_is_taken_is_told_in_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with pytest.raises(WrongUse, match=f"can't use 127.0.0.1:{port}.*choose another --port"):
            command.main(["--port", port], standalone_mode=False)


def test_a_log_that_can_not_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    log = tmp_path / "nowhere" / "calls.jsonl"
    with pytest.raises(WrongUse, match=f"can't use {log}"):
        command.main(["--log", str(log)], standalone_mode=False)


def test_a_folder_without_recorded_answers_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="holds no recorded answer"):
        command.main(["--replay", str(tmp_path)], standalone_mode=False)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--errors", "fire=0.1"), ("--errors", "503=2"), ("--latency", "soon"),
        ("--latency", "2-1"), ("--latency", "nan"), ("--hit-rate", "1.5"), ("--port", "70000"),
    ],
)  # fmt: skip
def test_a_value_that_makes_no_sense_ends_with_2(option: str, value: str) -> None:
    result = CliRunner().invoke(command, [option, value])
    assert result.exit_code == 2
    assert option in result.stderr


def test_the_defaults_of_the_command_are_those_of_the_sandbox() -> None:
    defaults = SandboxOptions()
    context = command.make_context("sandbox", [])
    for name in ("seed", "hit_rate", "daily_quota", "rate_limit", "errors", "require_key", "log"):
        assert context.params[name] == getattr(defaults, name), name
    assert context.params["latency"] == defaults.latency_s
    assert context.params["no_or"] is not defaults.honour_or


def test_help_needs_neither_server_nor_books() -> None:
    code = "import sys; from crawler.commands import sandbox; print('aiohttp' in sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert loaded.stdout.strip() == "False"
    help_text = command.get_help(click.Context(command))
    assert "bookcrawl sandbox --port" in help_text
