"""Where the sources are, the version, and the time that packages are dated with, so that builds repeat."""

from __future__ import annotations

import calendar
import os
import re
import subprocess
import time
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parents[2]
RESOURCES = ROOT / "resources"
APP = "org.findling.Findling"
METAINFO = RESOURCES / f"{APP}.metainfo.xml"
MAINTAINER = "The Findling contributors <findling@findling.org>"
HOMEPAGE = "https://findling.org"


def version() -> str:
    """The version of everything, from its one place."""
    text = (ROOT / "core" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^VERSION = "([^"]+)"', text, re.MULTILINE)
    assert found is not None
    return found[1]


def build_time() -> int:
    """Seconds since 1970: SOURCE_DATE_EPOCH, else the last commit, else the day of the release."""
    if named := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(named)
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    try:
        return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    except (OSError, ValueError, subprocess.CalledProcessError):
        release = ET.parse(METAINFO).getroot().find("releases/release")
        assert release is not None
        return calendar.timegm(time.strptime(release.get("date", ""), "%Y-%m-%d"))
