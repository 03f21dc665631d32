"""The set-up scripts in a tree of their own, with a fake uv and nothing on the path that could change this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
TOOLS = [
    "sh",
    "basename",
    "cat",
    "chmod",
    "cksum",
    "dirname",
    "env",
    "flock",
    "grep",
    "id",
    "rm",
    "sed",
    "tail",
    "tee",
    "uname",
]


@dataclass(frozen=True)
class Tree:
    """A copy of what set-up reads, in a folder with a space in its name, and the one folder on its path."""

    root: Path
    bin: Path
    calls: Path

    def run(
        self, script: str, *arguments: str, cwd: Path | None = None, **extra: str
    ) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": str(self.bin),
            "HOME": os.environ["HOME"],
            "FAKE_UV_CALLS": str(self.calls),
            "FAKE_UV_SAYS": "",
        }
        command = [str(self.bin / "sh"), str(self.root / "packaging" / script), *arguments]
        return subprocess.run(
            command, env=environment | extra, cwd=cwd or self.root.parent, capture_output=True, text=True, check=False
        )


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    root, tools = tmp_path / "a finder", tmp_path / "bin"
    shutil.copytree(ROOT / "packaging", root / "packaging", ignore=shutil.ignore_patterns("__pycache__", "models"))
    shutil.copy(ROOT / "pyproject.toml", root)
    libraries = Path("gui", "app", "system_libraries.py")
    (root / libraries.parent).mkdir(parents=True)
    shutil.copy(ROOT / libraries, root / libraries)
    tools.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found is not None, name
        (tools / name).symlink_to(found)
    (tools / "python3").symlink_to(Path(sys.executable).resolve())
    (tools / "uv").symlink_to(ROOT / "tests" / "fakes" / "fake_uv.sh")
    return Tree(root, tools, tmp_path / "calls")


def sentences(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [line.removeprefix("findling: ") for line in done.stderr.splitlines() if line.startswith("findling: ")]


def test_first_run_installs_and_second_does_not(tree: Tree) -> None:
    first = tree.run("setup.sh")
    assert first.returncode == 0, first.stderr
    assert tree.calls.read_text().split("\n") == ["pip sync", "pip install", ""]
    second = tree.run("setup.sh")
    assert (second.returncode, second.stderr) == (0, "")
    assert len(tree.calls.read_text().splitlines()) == 2


def test_a_changed_lock_installs_again(tree: Tree) -> None:
    tree.run("setup.sh")
    with (tree.root / "packaging" / "run.lock").open("a") as lock:
        lock.write("# another\n")
    tree.run("setup.sh")
    assert len(tree.calls.read_text().splitlines()) == 4


def test_a_moved_tree_gets_a_new_environment(tree: Tree) -> None:
    tree.run("setup.sh")
    moved = Tree(tree.root.rename(tree.root.with_name("moved")), tree.bin, tree.calls)
    done = moved.run("setup.sh")
    assert done.returncode == 0
    assert sentences(done)[0].startswith("Making .venv")
    assert len(tree.calls.read_text().splitlines()) == 4


def test_the_tools_of_the_checks_stay(tree: Tree) -> None:
    (tree.root / "packaging" / "system_packages.py").write_text("")
    assert tree.run("setup.sh", "--dev").returncode == 0
    assert tree.run("setup.sh").stderr == ""
    assert "mode=dev" in (tree.root / ".venv" / "findling-setup").read_text()


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ("Request failed after 3 retries: dns error", "cannot be fetched: check the network connection"),
        ("write failed: No space left on device (os error 28)", "The disk is full"),
        ("Hash mismatch for `numpy==2.4.6`", "cannot be installed: Hash mismatch for `numpy==2.4.6`"),
    ],
)
def test_a_failure_is_one_sentence(tree: Tree, says: str, expected: str) -> None:
    done = tree.run("setup.sh", FAKE_UV_SAYS=says)
    assert done.returncode == 1
    assert expected in sentences(done)[-1]
    assert len(done.stderr.splitlines()) == len(sentences(done))
    assert tree.run("setup.sh").returncode == 0


def test_without_python_it_names_what_to_install(tree: Tree) -> None:
    (tree.bin / "python3").unlink()
    done = tree.run("setup.sh")
    assert done.returncode == 1
    assert sentences(done) == [
        "Findling needs Python 3.11 to 3.14; install it first (Debian, Ubuntu: apt-get install python3)."
    ]


def test_an_old_uv_is_not_used(tree: Tree) -> None:
    (tree.bin / "uv").unlink()
    (tree.bin / "uv").write_text("#!/bin/sh\nexit 0\n")
    (tree.bin / "uv").chmod(0o755)
    done = tree.run("setup.sh", PIP_INDEX_URL="http://127.0.0.1:9/", PIP_RETRIES="0", PIP_NO_INDEX="")
    assert done.returncode == 1
    assert any(sentence.startswith("Fetching uv") for sentence in sentences(done))


def test_missing_system_packages_are_named(tree: Tree) -> None:
    (tree.root / "packaging" / "system_packages.py").write_text("print('libone1 libtwo2')")
    done = tree.run("setup.sh")
    assert done.returncode == 4
    assert sentences(done)[-1].endswith("apt-get install libone1 libtwo2")


@pytest.mark.parametrize("arguments", [("--what",), ("--dev", "more")])
def test_wrong_arguments(tree: Tree, arguments: tuple[str, ...]) -> None:
    done = tree.run("setup.sh", *arguments)
    assert (done.returncode, len(sentences(done))) == (2, 1)
    assert not (tree.root / ".venv").exists()


def test_run_without_a_screen_shows_the_command_line(tree: Tree) -> None:
    done = tree.run("run.sh")
    assert done.returncode == 3
    assert "no screen" in sentences(done)[-1]
    assert f"'{tree.root}/.venv/bin/findling' index FOLDER" in done.stderr


def test_run_hands_the_folders_on(tree: Tree, tmp_path: Path) -> None:
    for name in ("index", "my papers", "-odd"):
        (tmp_path / name).mkdir()
    done = tree.run("run.sh", "index", "my papers", "-odd", "/else where", cwd=tmp_path, DISPLAY=":1")
    assert done.stdout == "<./index><./my papers><./-odd></else where>"
