"""The sources of a Flatpak: a manifest for flatpak-builder, and beside it the files that it installs."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

from builder import desktop_files, environment
from builder.bundle.package import pack
from builder.debian.documents import bundled_licences
from builder.facts import APP, ROOT, version
from builder.icons import write_icons
from builder.manual_page import manual_page
from builder.parsers import commands, window
from builder.sbom import sbom

RUNTIME, RUNTIME_VERSION, PYTHON = "org.freedesktop.Platform", "24.08", "3.12"  # the runtime's own Python
# No folder of the user's is open to it: the portal's file chooser passes those that are chosen. Downloads of models and
# servers that the user names need the network. Global shortcuts and the start at login are asked of portals as well,
# which takes no permission.
PERMISSIONS = (
    "--share=ipc",
    "--share=network",
    "--socket=wayland",
    "--socket=fallback-x11",
    "--device=dri",
    "--talk-name=org.kde.StatusNotifierWatcher",
    "--own-name=org.findling.Findling.SearchProvider",
)
COMMAND = """\
#!/app/lib/findling/bin/python -I
import sys

from gui.__main__ import main

sys.exit(main())
"""
NOT_OF_A_FLATPAK = ("lib", "share/kio", "share/Thunar", "share/nautilus-python", "share/krunner")  # not exported


def build(wheel: Path, out: Path) -> Path:
    """Write the manifest and the files into the folder `flatpak` of `out`; returns the manifest. Raises BuildError."""
    folder = out / "flatpak"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    tree = folder / "files"
    packages = environment.make(tree / "lib" / "findling", PYTHON, wheel)
    interpreter = Path("/usr/bin", f"python{PYTHON}")
    environment.add_interpreter(tree / "lib" / "findling", PYTHON, interpreter, str(interpreter))
    _add_command(tree)
    _add_shared(tree, packages)
    archive = folder / "files.tar.xz"
    pack(tree, archive)
    shutil.rmtree(tree)
    file = folder / f"{APP}.json"
    text = json.dumps(manifest(archive), indent=4)
    file.write_text(f"{text}\n", encoding="utf-8")
    return file


def manifest(archive: Path) -> dict[str, Any]:
    """The manifest for an archive that lies beside it; see flatpak-manifest(5)."""
    source = {"type": "archive", "path": archive.name, "sha256": sha256(archive.read_bytes()).hexdigest()}
    return {
        "id": APP,
        "branch": version(),
        "runtime": RUNTIME,
        "runtime-version": RUNTIME_VERSION,
        "sdk": "org.freedesktop.Sdk",
        "command": "findling",
        "finish-args": list(PERMISSIONS),
        "modules": [
            {
                "name": "findling",
                "buildsystem": "simple",
                "build-commands": ["cp -a bin lib share /app/"],
                "build-options": {"no-debuginfo": True},
                "sources": [source],
            }
        ],
    }


def _add_command(tree: Path) -> None:
    command = tree / "bin" / "findling"
    command.parent.mkdir()
    command.write_text(COMMAND, encoding="utf-8")
    command.chmod(0o755)


def _add_shared(tree: Path, packages: Path) -> None:
    whole = tree.with_name("shared")
    desktop_files.install(whole)
    for name in NOT_OF_A_FLATPAK:
        shutil.rmtree(whole / name)
    for service in whole.rglob("*.service"):
        text = service.read_text(encoding="utf-8").replace("/usr/bin/findling", "/app/bin/findling")
        lines = (line for line in text.splitlines() if not line.startswith("SystemdService="))
        service.write_text("\n".join([*lines, ""]), encoding="utf-8")
    share = tree / "share"
    shutil.move(whole / "share", share)
    whole.rmdir()
    write_icons(share / "icons" / "hicolor")
    texts = {"man/man1/findling.1": manual_page(commands(), window())}
    texts |= {"doc/findling/sbom.cdx.json": sbom(packages), "doc/findling/packages.txt": bundled_licences(packages)}
    for name, text in texts.items():
        (share / name).parent.mkdir(parents=True, exist_ok=True)
        (share / name).write_text(text, encoding="utf-8")
    for name in ("LICENSE", "NOTICE"):
        shutil.copyfile(ROOT / name, share / "doc" / "findling" / name)
