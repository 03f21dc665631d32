"""SGLang's own Python environment: made, mended, renewed and removed; never shared with Findling's."""
# ruff: noqa: ARG002 - the outline; what is inside follows

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core import paths
from core.engine.step import Step, Tell
from core.errors import EngineError

__all__ = ["Command", "Installation", "InstallationState", "Step", "Tell", "check_command"]

InstallationState = Literal["missing", "partial", "ready", "outdated", "broken"]


@dataclass(frozen=True, slots=True)
class Command:
    """A way to start SGLang that was tried: `argv` to put its sub-command behind, and the version it said."""

    argv: list[str]
    version: str


class Installation:
    """SGLang in `folder`, the engine's folder unless another is named."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or paths.engine_dir()

    @property
    def python(self) -> Path:
        """The environment's interpreter; it is there only when the state is "ready" or "outdated"."""
        return self.folder / "sglang" / "bin" / "python"

    def state(self) -> InstallationState:
        """What is there: "partial" was begun and can be gone on with, "outdated" works but is not this version."""
        return "missing"

    def version(self) -> str:
        """The version of SGLang that is installed, "" if none is."""
        return ""

    def command(self) -> Command:
        """How the installed SGLang is started; raises EngineError unless it is there."""
        raise EngineError("SGLang is not installed.", "Install it in the engine's panel.")

    def install(self, tell: Tell, cancelled: threading.Event, *, proxy: str = "") -> bool:
        """Install or go on, or update; False when it was cancelled. Raises EngineError, StorageFullError."""
        raise EngineError("SGLang is not installed.", "Install it in the engine's panel.")

    def repair(self, tell: Tell, cancelled: threading.Event, *, proxy: str = "") -> bool:
        """Make it again from what was downloaded; as `install`."""
        return self.install(tell, cancelled, proxy=proxy)

    def remove(self) -> None:
        """Delete the environment and what was downloaded for it; raises EngineError."""


def check_command(text: str) -> Command:
    """Try the interpreter or `sglang` command that a person has already; raises EngineError."""
    raise EngineError(f"There is no program {text!r}.", "Choose the interpreter of SGLang's environment.")
