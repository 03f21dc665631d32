"""A clean minimal system in a folder, entered by chroot in namespaces of its own."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import platformdirs

from tests.packages import ubuntu

USER, UID = "alice", 1000
LONGEST = 1800  # seconds that a command may take
SOURCES = (Path("/etc/apt/sources.list"), Path("/etc/apt/sources.list.d"))
# The screen is outside, so that nothing of X is installed inside.
ENTER = """
mount --make-rprivate /
mount -t proc proc "$0/proc"
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$0/dev/pts"
mount --bind "$0/dev/pts/ptmx" "$0/dev/ptmx"
mount --bind /tmp/.X11-unix "$0/tmp/.X11-unix"
mount --bind /dev/urandom "$0/dev/urandom"
exec chroot "$0" "$@"
"""


class Root:
    """The system in `folder`; commands run as root or as its one ordinary user."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home" / USER

    def command(self, command: Sequence[str], *, user: bool, **variables: str) -> list[str]:
        """A command that runs another one inside, and ends all that it started when it ends."""
        own = {"HOME": f"/home/{USER}" if user else "/root", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
        own["PATH"] = f"/home/{USER}/.local/bin:/usr/local/bin:/usr/bin:/bin" + ("" if user else ":/usr/sbin:/sbin")
        environment = ["env", "-i", *(f"{name}={value}" for name, value in (own | variables).items())]
        drop = ["setpriv", "--reuid", str(UID), "--regid", str(UID), "--init-groups"] if user else []
        namespaces = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
        return [*namespaces, "sh", "-ec", ENTER, str(self.folder), *drop, *environment, *command]

    def run(
        self, *command: str, user: bool = False, may_fail: bool = False, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command inside; raises AssertionError with what it said unless it `may_fail`."""
        inside = self.command(command, user=user, **variables)
        done = subprocess.run(inside, capture_output=True, text=True, timeout=LONGEST, check=False)
        if done.returncode and not may_fail:
            raise AssertionError(f"{' '.join(command)}: {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
        return done

    def type(self, line: str, *, user: bool = True, **variables: str) -> str:
        """Run a line of a shell in the user's home; returns what it said."""
        return self.run("sh", "-c", f"cd /home/{USER} && {line}", user=user, **variables).stdout

    @contextmanager
    def running(self, *command: str, user: bool = True, **variables: str) -> Iterator[subprocess.Popen[Any]]:
        """A program inside, which is ended at the end."""
        process = subprocess.Popen(self.command(command, user=user, **variables))
        try:
            yield process
        finally:
            process.kill()  # unshare ignores a request to end, and its child with all that it started ends with it
            process.wait()

    def install(self, *packages: str) -> None:
        """Install packages with all that they depend on, and nothing that they only recommend."""
        self.run("apt-get", "install", "-qqy", "--no-install-recommends", *packages)

    def put(self, file: Path) -> str:
        """Copy a file or a folder into the user's home; returns its path inside."""
        target = self.home / file.name
        if file.is_dir():
            shutil.copytree(file, target)
        else:
            shutil.copyfile(file, target)
        for path in (target, *target.rglob("*")):
            os.chown(path, UID, UID)
        return f"/home/{USER}/{file.name}"


@contextmanager
def clean_root(codename: str, place: Path) -> Iterator[Root]:
    """A new minimal system of a release in a folder below `place`, with one ordinary user."""
    with tempfile.TemporaryDirectory(prefix=f"{codename}-", dir=place) as folder:
        os.chmod(folder, 0o755)
        subprocess.run(["tar", "-C", folder, "-xf", str(_archive(codename, place))], check=True)
        root = Root(Path(folder))
        os.makedirs(root.folder / "tmp" / ".X11-unix", exist_ok=True)
        (root.folder / "dev" / "urandom").touch()
        shutil.copyfile("/etc/resolv.conf", root.folder / "etc" / "resolv.conf")
        if codename in ubuntu.RELEASES:
            inside = root.folder / ubuntu.KEYS
            inside.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ubuntu.keys(place), inside)
            own = ubuntu.sources(codename, Path("/", ubuntu.KEYS))
            (root.folder / "etc" / "apt" / "sources.list").write_text(own, encoding="utf-8")
        root.run("useradd", "--create-home", "--uid", str(UID), USER)
        root.run("apt-get", "update", "-qq")
        yes = root.folder / "etc" / "apt" / "apt.conf.d" / "90yes"
        yes.write_text('APT::Get::Assume-Yes "true";\n', encoding="ascii")  # nobody is here to answer
        yield root


def _archive(codename: str, place: Path) -> Path:
    """The minimal system as made by mmdebstrap from this machine's own sources; made once, then kept in the cache."""
    folder = platformdirs.user_cache_path("findling-tests")
    folder.mkdir(parents=True, exist_ok=True)
    is_ubuntu = codename in ubuntu.RELEASES
    named = ubuntu.sources(codename, Path("/", ubuntu.KEYS)) if is_ubuntu else _sources(codename)
    options = _options()
    name = hashlib.sha256("\n".join([named, *options]).encode()).hexdigest()[:12]
    archive = folder / f"{codename}-{name}.tar"
    if not archive.exists():
        # The keys lie where apt's own user may read them.
        sources = ubuntu.sources(codename, ubuntu.keys(place)) if is_ubuntu else named
        unfinished = archive.with_suffix(".part.tar")
        given = [f"--aptopt={option}" for option in options]
        command = [
            "mmdebstrap",
            "--quiet",
            "--mode=root",
            "--variant=minbase",
            "--include=apt",
            *given,
            codename,
            str(unfinished),
            "-",
        ]
        subprocess.run(command, input=sources, text=True, check=True)
        unfinished.rename(archive)
    return archive


def _sources(codename: str) -> str:
    """This machine's sources of its own distribution, for another release."""
    here = _codename()
    stanzas = []
    for place in SOURCES:
        for file in sorted(place.iterdir()) if place.is_dir() else [place] * place.exists():
            text = file.read_text(encoding="utf-8")
            if file.suffix == ".sources":
                stanzas += [
                    part
                    for part in re.split(r"\n\s*\n", text)
                    if re.search(rf"^Suites:.*\b{here}\b", part, re.MULTILINE)
                ]
            elif file.suffix == ".list":
                lines = re.findall(rf"^deb\s.*\b{here}\b.*$", text, re.MULTILINE)
                stanzas += [line for line in lines if "://" in line]
    assert stanzas, "apt has no sources of this distribution here"
    return "\n\n".join(re.sub(rf"\b{here}\b", codename, stanza) for stanza in stanzas) + "\n"


def _codename() -> str:
    facts = Path("/etc/os-release").read_text(encoding="utf-8")
    found = re.search(r"^VERSION_CODENAME=(\w+)", facts, re.MULTILINE)
    assert found is not None
    return found[1]


def _options() -> list[str]:
    """How apt reaches its sources here, such as through a proxy."""
    shown = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True).stdout
    return re.findall(r'^Acquire::(?:https?::[\w:.-]*|Check-[\w-]+) "[^"]+";$', shown, re.MULTILINE)
