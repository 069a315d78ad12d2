"""How scripts/crawl sets up .venv, on a PATH that holds a stub for each interpreter.

A stub answers `-m venv` and `-m pip` itself; all other code runs in the real interpreter, told to
be of another version.
"""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"
TOOLS = ("sh", "cat", "chmod", "cksum", "dirname", "grep", "ln", "mkdir", "rm", "tail")

GOOD = "sys.version_info = (3, 12, 4)"
OLD = "sys.version_info = (3, 9, 2)"
WITHOUT_VENV = f"{GOOD}; sys.modules['ensurepip'] = None"

PIP_INSTALLS = """
printf '#!/bin/sh\\necho "$PWD"; printf "%%s\\\\n" "$@"; exit 75\\n' >"${0%/*}/bookcrawl"
chmod +x "${0%/*}/bookcrawl"
"""
PIP_REACHES_NOTHING = """
echo "WARNING: Retrying after connection broken by 'NewConnectionError(refused)': /simple/aiohttp/"
echo 'ERROR: No matching distribution found for aiohttp'
exit 1
"""
PIP_LACKS_SPACE = """
echo 'ERROR: [Errno 28] No space left on device'
exit 1
"""


class Clone:
    """A clone with nothing but the scripts, and the PATH of the machine it stands on."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "my clone"
        self.path = folder / "bin"
        self.caller = folder / "caller"
        self.calls = folder / "calls"
        self.path.mkdir()
        self.caller.mkdir()
        shutil.copytree(SCRIPTS, self.root / "scripts")
        for name in ("requirements.lock", "pyproject.toml"):
            (self.root / name).write_text("")
        for tool in TOOLS:
            where = shutil.which(tool)
            assert where, f"{tool} is not on the PATH"
            (self.path / tool).symlink_to(where)

    def has_python(self, name: str, is_: str = GOOD, pip: str = PIP_INSTALLS) -> Path:
        stub = self.path / name
        stub.write_text(f"""#!/bin/sh
[ "$2" = -c ] || echo "$*" >>{shlex.quote(str(self.calls))}
case $3 in
venv) rm -rf "$5" && mkdir -p "$5/bin" && ln -s "$0" "$5/bin/python" ;;
pip) {pip} ;;
*) exec {shlex.quote(sys.executable)} -I -c "import sys; {is_}
$3" ;;
esac
""")
        stub.chmod(0o755)
        return stub

    def begin(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.root / "scripts" / "crawl", *arguments],
            cwd=self.caller,
            env={"PATH": str(self.path)} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def crawl(self, *arguments: str, **environment: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error of `scripts/crawl`."""
        process = self.begin(*arguments, **environment)
        out, err = process.communicate(timeout=20)
        return process.returncode, out, err

    def environments(self) -> int:
        """How many times an environment was made."""
        return self.calls.read_text().count("-m venv --clear")

    def installs(self) -> int:
        """How many times the lock was installed, or was to be."""
        return self.calls.read_text().count("--require-hashes")


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def test_the_first_start_says_one_line_and_crawls_in_the_folder_of_its_caller(
    clone: Clone,
) -> None:
    clone.has_python("python3")
    code, out, err = clone.crawl("two words.csv", "-q")
    assert err == "Setting up .venv (once) …\n"
    assert out.splitlines() == [str(clone.caller), "crawl", "two words.csv", "-q"]
    assert code == 75


def test_the_project_is_installed_with_nothing_that_is_not_locked(clone: Clone) -> None:
    clone.has_python("python3")
    clone.crawl()
    _, lock, project = clone.calls.read_text().splitlines()
    assert lock.endswith(f"--require-hashes --requirement {clone.root}/requirements.lock")
    assert project.endswith(f"--no-deps --no-build-isolation --editable {clone.root}")


def test_a_second_start_installs_nothing_and_says_nothing(clone: Clone) -> None:
    clone.has_python("python3")
    clone.crawl()
    _, _, err = clone.crawl()
    assert (clone.installs(), err) == (1, "")


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_changed_lock_or_project_is_installed_again(clone: Clone, name: str) -> None:
    clone.has_python("python3")
    clone.crawl()
    (clone.root / name).write_text("changed")
    clone.crawl()
    assert (clone.environments(), clone.installs()) == (1, 2)


def test_an_environment_whose_interpreter_is_gone_is_remade(clone: Clone) -> None:
    clone.has_python("python3")
    clone.crawl()
    (clone.root / ".venv" / "bin" / "python").unlink()
    assert clone.crawl()[0] == 75
    assert clone.environments() == 2


def test_an_install_that_failed_is_redone_in_a_new_environment(clone: Clone) -> None:
    clone.has_python("python3", pip=PIP_LACKS_SPACE)
    clone.crawl()
    clone.has_python("python3")
    assert clone.crawl()[0] == 75
    assert (clone.environments(), clone.installs()) == (2, 2)


def test_an_install_that_failed_is_redone_where_the_old_lock_is_back(clone: Clone) -> None:
    clone.has_python("python3")
    clone.crawl()
    (clone.root / "requirements.lock").write_text("changed")
    clone.has_python("python3", pip=PIP_LACKS_SPACE)
    clone.crawl()
    (clone.root / "requirements.lock").write_text("")
    clone.has_python("python3")
    assert clone.crawl()[0] == 75
    assert clone.installs() == 3


def test_a_clone_that_was_moved_is_set_up_anew(clone: Clone) -> None:
    clone.has_python("python3")
    clone.crawl()
    clone.root = clone.root.rename(clone.root.with_name("moved"))
    assert clone.crawl()[0] == 75
    assert clone.environments() == 2


def test_starts_at_the_same_time_install_once(clone: Clone) -> None:
    clone.has_python("python3")
    starts = [clone.begin() for _ in range(4)]
    for start in starts:
        start.communicate(timeout=20)
    assert [start.returncode for start in starts] == [75] * 4
    assert clone.installs() == 1


def test_an_interpreter_that_does_not_run_is_passed_over(clone: Clone) -> None:
    shim = clone.has_python("python3")
    shim.write_text("#!/bin/sh\nexit 127\n")
    clone.has_python("python3.12")
    assert clone.crawl()[0] == 75


def test_another_interpreter_in_the_variable_python_remakes_the_environment(
    clone: Clone,
) -> None:
    clone.has_python("python3")
    clone.crawl()
    other = clone.has_python("another", "sys.version_info = (3, 13, 1)")
    clone.crawl(PYTHON=str(other))
    installed = (clone.root / ".venv" / "installed").read_text()
    assert installed.startswith("Python 3.13.1 in ")


def test_without_any_python_it_says_which_is_needed(clone: Clone) -> None:
    sentence = (
        "Python 3.11 or newer is needed and was not found (tried: none on the PATH): "
        "install it, or set PYTHON to where it is, and start again.\n"
    )
    assert clone.crawl() == (1, "", sentence)


def test_with_old_pythons_only_it_says_what_was_found(clone: Clone) -> None:
    clone.has_python("python3", OLD)
    clone.has_python("python3.11").write_text("#!/bin/sh\nexit 127\n")
    code, _, err = clone.crawl()
    assert code == 1
    assert "(tried: python3 (3.9.2), python3.11 (does not run))" in err
    assert err.count("\n") == 1


def test_a_python_without_venv_names_the_package_that_has_it(clone: Clone) -> None:
    clone.has_python("python3", WITHOUT_VENV)
    sentence = (
        "Python 3.12 lacks the module venv or ensurepip: "
        "install it (on Debian: apt install python3.12-venv) and start again.\n"
    )
    assert clone.crawl() == (1, "", sentence)


def test_an_index_out_of_reach_is_told_after_the_last_lines_of_pip(clone: Clone) -> None:
    clone.has_python("python3", pip=PIP_REACHES_NOTHING)
    code, out, err = clone.crawl()
    assert (code, out) == (1, "")
    assert "ERROR: No matching distribution found for aiohttp\nThe package index could" in err


def test_another_failure_of_pip_is_told_after_its_last_lines(clone: Clone) -> None:
    clone.has_python("python3", pip=PIP_LACKS_SPACE)
    code, _, err = clone.crawl()
    assert code == 1
    assert err.splitlines()[-2:] == [
        "ERROR: [Errno 28] No space left on device",
        f"pip could not install what .venv needs (above: the end of {clone.root}/.venv/setup.log).",
    ]
