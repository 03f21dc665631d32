"""The error tree: a file's errors, the world's errors; whatever else is raised is a bug of ours.

Every error carries a `code` and a message; `sentence` and `remedy` are its wording in the language in use.
"""

from __future__ import annotations

from typing import Any, Literal

from core.messages import Message
from core.messages.message import is_code

ProblemCode = Literal[
    "protected",  # needs a password
    "broken",  # damaged, or of another format than its name says
    "too_large",  # over a size limit
    "timed_out",  # its reader ran into the time limit
    "crashed",  # its reader crashed, or ran out of memory
    "no_text",  # readable but without text: a scan, an empty file
    "truncated",  # read up to a length limit
    "partial",  # read up to where the reader stopped
    "refused",  # the engine cannot embed part of its text
    "unreadable",  # permission, or an I/O error
    "vanished",  # deleted between scan and read
]


def problem_message(code: str) -> Message:
    """What is wrong with a file, by its `ProblemCode`, and what helps."""
    return Message(f"problem.{code}")


class FileProblem(Exception):
    """A problem of one file: it is recorded in the catalogue, and indexing continues.

    `detail` is technical and not translated: what a library reported, or the numbers of a limit.
    """

    def __init__(self, code: ProblemCode, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code: ProblemCode = code
        self.detail = detail


class FindlingError(Exception):
    """The world's trouble: a message's code with its parameters, see `core.messages.templates`.

    `code` names the kind of trouble, `sentence` says what is wrong and `remedy` what a person can do, both in the
    language in use.
    """

    code = "error"

    def __init__(self, message: str, remedy: str = "", /, **facts: Any) -> None:
        """`message` is a code of `core.messages.templates`, `facts` are its parameters."""
        verbatim = {"sentence": message, "remedy": remedy}
        self.message = Message(message, **facts) if is_code(message) else Message("verbatim", **verbatim)
        super().__init__(str(self.message))

    @property
    def sentence(self) -> str:
        return self.message.sentence

    @property
    def remedy(self) -> str:
        return self.message.remedy


class BadInputError(FindlingError):
    """What a person typed or chose cannot be used."""

    code = "bad_input"


class FolderError(FindlingError):
    """A folder cannot be added or read."""

    code = "folder"


class WatchLimitError(FindlingError):
    """The system does not let a program watch so many folders: they are looked at from time to time instead."""

    code = "watch_limit"


class LibraryLockedError(FindlingError):
    """Another program is writing to this library."""

    code = "library_locked"


class LibraryUnusableError(FindlingError):
    """The library's folder cannot be written, or its catalogue cannot be read."""

    code = "library_unusable"


class LibraryDamagedError(LibraryUnusableError):
    """The catalogue is damaged: it can be repaired, which sets the damaged one aside."""

    code = "library_damaged"


class StorageFullError(FindlingError):
    """The disk is full: indexing waits."""

    code = "storage_full"


class EngineError(FindlingError):
    """The engine cannot start, or gave up."""

    code = "engine"


class EngineUnavailableError(EngineError):
    """The engine does not answer now (refused, timed out, overloaded): worth another try."""

    code = "engine_unavailable"


class EngineAnswerError(EngineError):
    """The engine answered, but not with usable vectors (wrong length, not finite, not JSON, 4xx)."""

    code = "engine_answer"


class ModelError(FindlingError):
    """A model's files are missing, or are not the expected ones."""

    code = "model"


class WaitTimeoutError(FindlingError):
    """What was waited for did not happen in time."""

    code = "timeout"
