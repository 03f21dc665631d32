"""Screenshots of the real window by state: `python -m tests.tools.screenshots OUT [--look LOOK] [--only NAME,...]`."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.messages import languages
from tests.tools.screenshots.photographer import Photographer, write_home

APPEARANCES = ("light", "dark")
SCREEN = "2600x1800x24"


@contextmanager
def screen() -> Iterator[dict[str, str]]:
    """An environment with a screen: the one there is, or an X server and window manager of our own."""
    if os.environ.get("DISPLAY"):
        yield dict(os.environ)
        return
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", SCREEN, "-nolisten", "tcp"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as reply:
        display = f":{reply.readline().strip()}"
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("QT_", "WAYLAND"))}
    environment["DISPLAY"] = display
    manager = subprocess.Popen(["openbox"], env=environment, stderr=subprocess.DEVNULL)
    try:
        yield environment
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait()


def _photograph(arguments: argparse.Namespace, look: str, scale: str, environment: dict[str, str]) -> int:
    """Take the screenshots of one appearance in a process with an empty home folder."""
    with tempfile.TemporaryDirectory() as made:
        home = Path(made) / "anna"
        write_home(home)
        own = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "QT_SCALE_FACTOR": scale}
        own |= {"FINDLING_CACHE": str(arguments.cache), "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}
        command = [
            sys.executable,
            "-m",
            "tests.tools.screenshots",
            str(arguments.out),
            "--child",
            look,
            "--language",
            arguments.language,
        ]
        command += ["--only", ",".join(arguments.only)] if arguments.only else []
        command += ["--size", "x".join(map(str, arguments.size))] if arguments.size else []
        command += ["--fake-engine"] if arguments.fake_engine else []
        return subprocess.run(command, env=environment | own, check=False).returncode


def _size(text: str) -> tuple[int, int]:
    width, height = map(int, text.split("x"))
    return width, height


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.screenshots", description=__doc__)
    parser.add_argument("out", type=Path, help="the folder for the pictures")
    parser.add_argument("--look", default=",".join(APPEARANCES), help="light, dark or both (default)")
    parser.add_argument("--only", type=lambda text: text.split(","), default=[], help="names of pictures")
    parser.add_argument("--scale", default="", help="take all at this scale, instead of 1 and some at 2")
    parser.add_argument("--language", default="en", choices=languages(), help="the language of the window")
    parser.add_argument("--size", type=_size, help="the size of the window, as 1920x1080")
    parser.add_argument("--fake-engine", action="store_true", help="invented vectors, in a fraction of the time")
    parser.add_argument("--child", default="", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    arguments.out = arguments.out.resolve()
    if arguments.child:
        scale = os.environ.get("QT_SCALE_FACTOR", "1")
        suffix = "" if scale == "1" else f"-{scale}x"
        made = Photographer(
            Path.home(), arguments.out, arguments.child, set(arguments.only), suffix, arguments.language
        )
        made.size, made.has_fake_engine = arguments.size, arguments.fake_engine
        made.run()
        return 0
    return _all(arguments)


def _all(arguments: argparse.Namespace) -> int:
    missing = [tool for tool in ("Xvfb", "openbox") if not shutil.which(tool)]
    if missing and not os.environ.get("DISPLAY"):
        print(f"screenshots: install {' and '.join(missing)}, or start this on a screen.", file=sys.stderr)
        return 3
    with tempfile.TemporaryDirectory() as cache, screen() as environment:
        arguments.cache = Path(cache)
        codes = [
            _photograph(arguments, look, arguments.scale or "1", environment) for look in arguments.look.split(",")
        ]
        if not arguments.scale and not arguments.only:
            arguments.only = [
                "results",
                "welcome",
                "preview-pdf",
                "preview-markdown",
                "preview-table",
                "preview-arabic",
            ]
            codes.append(_photograph(arguments, "light", "2", environment))
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
