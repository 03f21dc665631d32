"""The parts of the builder of packages that need no build."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import PySide6
import pytest
from PIL import Image

from core import VERSION, paths
from gui.app.system_libraries import LIBRARIES

ROOT = paths.resources().parent
sys.path.insert(0, str(ROOT / "packaging"))
from builder import completions, elf, facts, flatpak, icons, manual_page, parsers, qt_parts, sbom, wheel  # noqa: E402
from builder.command import BuildError  # noqa: E402
from builder.debian import control  # noqa: E402
from builder.debian.release import RELEASES  # noqa: E402

sys.path.pop(0)


def test_the_version_is_that_of_the_program() -> None:
    assert facts.version() == VERSION


def test_the_time_of_a_build_can_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert facts.build_time() == 1_700_000_000


def test_constraints_are_the_lock_without_its_hashes() -> None:
    lock = "numpy==2.4.6 \\\n    --hash=sha256:00\nuvloop==1.0 ; sys_platform != 'x' \\\n    --hash=sha256:11\n"
    assert wheel.without_hashes(lock) == "numpy==2.4.6\nuvloop==1.0 ; sys_platform != 'x'\n"


def output(*command: str, given: str = "") -> str:
    """What a program writes; it must not fail."""
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_manual_page_without_faults() -> None:
    page = manual_page.manual_page(parsers.commands(), parsers.window())
    assert output("mandoc", "-T", "lint", "-W", "warning", given=page) == ""
    plain = re.sub(".\b", "", output("mandoc", "-T", "utf8", given=page))
    assert "findling search" in plain
    assert "--background" in plain
    assert str(Path.home()) not in plain


@pytest.mark.parametrize("shell", completions.PLACES)
def test_completions_are_understood_by_their_shell(shell: str, tmp_path: Path) -> None:
    text = completions.completions(parsers.commands(), parsers.window())[shell]
    file = tmp_path / "findling"
    file.write_text(text)
    done = subprocess.run([shell, "-n", str(file)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(word in text for word in ("search", "doctor", "batch", "background"))


COMPLETE = """
source {file}
COMP_WORDS=(findling sea) COMP_CWORD=1
$(complete -p findling | sed 's/.*-F \\([^ ]*\\).*/\\1/')
echo ${{COMPREPLY[@]}}
"""


def test_bash_completes_a_command(tmp_path: Path) -> None:
    file = tmp_path / "findling"
    file.write_text(completions.completions(parsers.commands(), parsers.window())["bash"])
    assert output("bash", "-c", COMPLETE.format(file=file)).split() == ["search"]


def test_fish_completes_a_command_and_an_option(tmp_path: Path) -> None:
    file = tmp_path / "findling.fish"
    file.write_text(completions.completions(parsers.commands(), parsers.window())["fish"])
    script = f"source {file}; complete -C 'findling sea'; complete -C 'findling index --unt'"
    assert [line.split("\t")[0] for line in output("fish", "-c", script).splitlines()] == ["search", "--until"]


# A terminal in which a letter after the other is typed, and Tab.
COMPLETE_IN_ZSH = """
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'fpath=({folder} $fpath); autoload -Uz compinit; compinit -u -D; echo rea""dy'
zpty -r shell said '*ready*'
zpty -w -n shell $'findling sea\t'
zpty -r shell said '*findling search*'
zpty -d shell
"""


def test_zsh_completes_a_command(tmp_path: Path) -> None:
    file = tmp_path / "_findling"
    file.write_text(completions.completions(parsers.commands(), parsers.window())["zsh"])
    command = ["zsh", "-f", "-c", COMPLETE_IN_ZSH.format(folder=tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_menu_entry_is_valid() -> None:
    entry = facts.RESOURCES / f"{facts.APP}.desktop"
    done = subprocess.run(["desktop-file-validate", str(entry)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_an_unknown_library_of_the_system_is_refused() -> None:
    with pytest.raises(BuildError, match=r"libnew\.so\.1"):
        control.control(RELEASES["bookworm"], {"libnew.so.1", "libEGL.so.1"}, 1)


@pytest.mark.parametrize("codename", RELEASES)
def test_the_control_file_names_the_releases_python_and_libraries(codename: str) -> None:
    text = control.control(RELEASES[codename], {"libEGL.so.1", "libX11.so.6"}, 5)
    depends = re.findall(r"^Depends: (.*)$", text, re.MULTILINE)
    assert depends == [f"python{RELEASES[codename].python}, libc6 (>= 2.34), libegl1, libx11-6"]
    assert f"\nVersion: {VERSION}-1{RELEASES[codename].suffix}\n" in text


@pytest.mark.parametrize("name", control.install_scripts(RELEASES["bookworm"]))
def test_what_dpkg_runs_is_a_script(name: str) -> None:
    script = control.install_scripts(RELEASES["bookworm"])[name]
    subprocess.run(["sh", "-n"], input=script, text=True, check=True)


def test_the_list_of_what_is_inside_repeats_and_has_purls_and_licences(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    packages = Path(sysconfig.get_path("purelib"))
    text = sbom.sbom(packages)
    assert text == sbom.sbom(packages)
    inside = {item["name"].lower(): item for item in json.loads(text)["components"]}
    assert inside["numpy"]["purl"].startswith("pkg:pypi/numpy@")
    assert inside["numpy"]["licenses"]
    assert "multilingual-e5-small" in inside


def test_icons_are_drawn_in_every_size(tmp_path: Path) -> None:
    icons.write_icons(tmp_path)
    sizes = set()
    for file in tmp_path.rglob("*.png"):
        with Image.open(file) as picture:
            sizes.add(picture.size)
    assert sizes == {(size, size) for size in icons.SIZES}


def test_qts_used_parts_need_each_library_that_is_listed() -> None:
    qt = Path(PySide6.__file__).parent
    _, asked = elf.reachable(qt_parts.used(qt), qt_parts.own_libraries(qt))
    assert asked == set(LIBRARIES)


def test_the_manifest_of_the_flatpak_opens_no_folder_and_names_its_files(tmp_path: Path) -> None:
    archive = tmp_path / "files.tar.xz"
    archive.write_bytes(b"files")
    manifest = flatpak.manifest(archive)
    assert manifest["id"] == facts.APP
    assert not [option for option in manifest["finish-args"] if option.startswith("--filesystem")]
    [source] = manifest["modules"][0]["sources"]
    assert source["sha256"] == hashlib.sha256(b"files").hexdigest()
    if shutil.which("flatpak-builder"):
        file = tmp_path / f"{facts.APP}.json"
        file.write_text(json.dumps(manifest))
        command = ["flatpak-builder", "--show-manifest", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert "WARNING" not in done.stderr  # as of a property that it does not know
        shown = json.loads(done.stdout)
        assert shown["finish-args"] == manifest["finish-args"]
        assert shown["modules"][0]["build-commands"] == manifest["modules"][0]["build-commands"]
