"""What lies in resources/: every icon draws, the desktop's files agree with the program."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot

from core import VERSION
from core.document import Kind

ROOT = Path(__file__).resolve().parents[2]
RESOURCES = ROOT / "resources"
APP = "org.findling.Findling"
KINDS = set(get_args(Kind))
ICONS = sorted((RESOURCES / "icons").glob("*.svg"))
SYMBOLS = [path for path in ICONS if path.stem not in KINDS | {"findling"}]


def draw(path: Path, size: int) -> QImage:
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    renderer = QSvgRenderer(QByteArray(path.read_bytes()))
    assert renderer.isValid()
    renderer.render(painter)
    painter.end()
    return image


def test_every_kind_and_the_program_have_an_icon() -> None:
    assert {path.stem for path in ICONS} >= KINDS | {"findling"}


@pytest.mark.parametrize("path", ICONS, ids=lambda path: path.stem)
def test_an_icon_draws_inside_its_square(qtbot: QtBot, path: Path) -> None:
    image = draw(path, 48)
    inked = [(x, y) for x in range(48) for y in range(48) if image.pixelColor(x, y).alpha() > 100]
    edge = [place for place in inked if {0, 47} & set(place)]
    assert len(inked) > 50
    assert not edge


@pytest.mark.parametrize("path", SYMBOLS, ids=lambda path: path.stem)
def test_a_symbol_has_the_one_colour_that_is_replaced(path: Path) -> None:
    assert set(re.findall(r"#[0-9a-fA-F]+", path.read_text())) == {"#808080"}


def test_the_desktop_entry_names_the_command_and_the_id() -> None:
    entries = configparser.ConfigParser(interpolation=None, strict=True)
    entries.optionxform = str  # type: ignore[assignment,method-assign]
    entries.read(RESOURCES / f"{APP}.desktop", encoding="utf-8")
    entry = entries["Desktop Entry"]
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["gui-scripts"]
    assert entry["Exec"].split()[0] in scripts
    assert (entry["Icon"], entry["StartupWMClass"], entry["Terminal"]) == (APP, APP, "false")


def test_the_metainfo_is_valid_and_shows_the_pictures_of_the_readme() -> None:
    metainfo = RESOURCES / f"{APP}.metainfo.xml"
    command = ["appstreamcli", "validate", "--no-net", str(metainfo)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    shown = {}
    for image in ET.parse(metainfo).getroot().iterfind("screenshots/screenshot/image"):
        picture = QImage(str(RESOURCES / "screenshots" / (image.text or "").rpartition("/")[2]))
        shown[image.text] = [str(picture.width()), str(picture.height())] == [image.get("width"), image.get("height")]
    assert list(shown.values()) == [True, True, True]
    in_readme = re.findall(r"resources/(screenshots/\w+\.png)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert [f"https://findling.org/{name}" for name in in_readme] == list(shown)


def test_the_metainfo_agrees_with_the_project() -> None:
    component = ET.parse(RESOURCES / f"{APP}.metainfo.xml").getroot()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    release = component.find("releases/release")
    assert release is not None
    assert (component.findtext("id"), component.findtext("launchable")) == (APP, f"{APP}.desktop")
    assert (release.get("version"), component.findtext("project_license")) == (VERSION, project["license"])


@pytest.mark.parametrize("path", sorted((RESOURCES / "desktop").glob("thunar-*.desktop")), ids=lambda path: path.stem)
def test_an_entry_of_a_file_manager_is_valid(path: Path) -> None:
    done = subprocess.run(["desktop-file-validate", str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_the_units_are_valid(tmp_path: Path) -> None:
    copies = []
    for unit in (RESOURCES / "desktop").glob("findling*"):
        if unit.suffix in {".service", ".socket"}:
            copies.append(str(tmp_path / unit.name))
            (tmp_path / unit.name).write_text(unit.read_text().replace("/usr/bin/findling", "/bin/true"))
    assert len(copies) == 3
    command = ["systemd-analyze", "--user", "verify", *copies]
    variables = os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
