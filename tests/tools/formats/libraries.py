"""The words that other libraries find, each in a process of an environment that has them."""

from __future__ import annotations

import json
import select
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.tools.formats.library_reader import LIBRARIES

SECONDS = 20.0  # for one file
SCRIPT = Path(__file__).with_name("library_reader.py")
PACKAGES = 'xberg extractous "markitdown[docx,pptx,xlsx,xls,outlook]"'

Words = dict[str, frozenset[str]]  # by library; one that found nothing, or failed, is not there


@dataclass(slots=True)
class OtherLibrary:
    """One library in a process of its own, which is started again after a crash or a time-out."""

    name: str
    python: Path
    process: subprocess.Popen[str] | None = field(default=None, init=False)

    def words(self, path: Path) -> frozenset[str]:
        """The words of a file; empty if the library fails, crashes or takes too long."""
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(f"{path}\n")
            process.stdin.flush()
            ready, _, _ = select.select([process.stdout], [], [], SECONDS)
            line = process.stdout.readline() if ready else ""
        except BrokenPipeError:
            line = ""
        if not line:
            self.close()
        return frozenset(json.loads(line) or ()) if line else frozenset()

    def close(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def _running(self) -> subprocess.Popen[str]:
        if self.process is None:
            command = [str(self.python), str(SCRIPT), self.name]
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            )
        return self.process


def words_of_others(paths: Sequence[Path], python: Path) -> dict[Path, Words]:
    """What each library finds in each file."""
    found: dict[Path, Words] = {path: {} for path in paths}
    for name in LIBRARIES:
        library = OtherLibrary(name, python)
        try:
            for path in paths:
                if words := library.words(path.resolve()):
                    found[path][name] = words
        finally:
            library.close()
    return found


def agreed(words: Words) -> frozenset[str]:
    """The words that at least two libraries found."""
    sets = list(words.values())
    pairs = (one & other for index, one in enumerate(sets) for other in sets[index + 1 :])
    return frozenset().union(*pairs)
