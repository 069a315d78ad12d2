"""The program without a process of its own: for faults that lie in files, three times as fast."""

import os
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from crawler.cli import run
from tests.acceptance.driver import Bookcrawl, Ended

leaves_input_open = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <_io.FileIO:pytest.PytestUnraisableExceptionWarning"
)
"""A run that is refused leaves its input to the end of the process, which does not come here."""


class InProcess(Bookcrawl):
    """Runs command lines as the others do; there is nothing to be read on standard input.

    Under a tracer they get a process.
    """

    def run(self, *arguments: str | Path, stdin: bytes = b"", **environment: str) -> Ended:
        if self.under:
            return super().run(*arguments, stdin=stdin, **environment)
        assert not stdin, "standard input is the test's own"
        out, err = (TextIOWrapper(BytesIO(), "utf-8", write_through=True) for _ in range(2))
        with pytest.MonkeyPatch.context() as patch:
            for name in os.environ.keys() - self.environment.keys():
                patch.delenv(name)
            for name, value in (self.environment | environment).items():
                patch.setenv(name, value)
            with chdir(self.home), redirect_stdout(out), redirect_stderr(err):
                code = run([str(word) for word in arguments])
        return Ended(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))
