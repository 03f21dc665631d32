"""The errors that are no bugs: a problem of one file, and failures of what surrounds the program.

Any other exception is a bug in Findling.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

from core.messages import Message

ProblemCode = Literal[
    "protected",  # needs a password
    "broken",  # damaged, or of another format than its name says
    "too_large",  # over a size limit
    "timed_out",  # reading it took longer than the time limit
    "crashed",  # its reader crashed, or ran out of memory
    "no_text",  # readable but without text: a scan, an empty file
    "garbled",  # its fonts do not say which letters they show
    "scanned_pages",  # some of its pages are pictures without text
    "truncated",  # read up to a length limit
    "data_left_out",  # read up to where only numbers or minified code follow
    "partial",  # read up to where the reader stopped
    "refused",  # the engine cannot embed part of its text
    "unreadable",  # permission, or an I/O error
    "vanished",  # deleted between scan and read
]

SCANNED_KINDS = ("pdf", "image")  # kinds of files that may be scans, whose text can be recognised


def problem_message(code: str, kind: str = "pdf") -> Message:
    """The message of a `ProblemCode`: what is wrong with a file of a kind, and what the user can do.

    Any other code, as an older version may have stored, counts as "crashed".
    """
    return Message(f"problem.{_template(code, kind)}")


def problem_reason(code: str, kind: str = "pdf") -> Message:
    """The message of a `ProblemCode` for a list of files: the reason as a heading, and what would help."""
    return Message(f"problem_reason.{_template(code, kind)}")


def _template(code: str, kind: str) -> str:
    if code == "no_text" and kind not in SCANNED_KINDS:
        return "no_words"
    return code if code in get_args(ProblemCode) else "crashed"


class FileProblem(Exception):
    """A problem of one file: it is recorded in the catalogue, and indexing continues.

    `detail` is technical and not translated: an error text of a parser, or the numbers of a limit.
    """

    def __init__(self, code: ProblemCode, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code: ProblemCode = code
        self.detail = detail


class FindlingError(Exception):
    """A known failure, with a message for the user.

    `code` names the class of error (for programs), `message` is the `Message`; `sentence` says what is wrong and
    `remedy` what the user can do, both in the language in use.
    """

    code = "error"

    def __init__(self, message_code: str, /, **facts: Any) -> None:
        """`message_code` is one of `core.messages.templates`, `facts` are its parameters.

        Text that was worded elsewhere goes through the code "verbatim", with `sentence` and `remedy`. Raises KeyError
        for a code without a template.
        """
        self.message = Message(message_code, **facts)
        super().__init__(str(self.message))

    @property
    def sentence(self) -> str:
        return self.message.sentence

    @property
    def remedy(self) -> str:
        return self.message.remedy


class BadInputError(FindlingError):
    """A query, setting or argument that the user gave is invalid."""

    code = "bad_input"


class FolderError(FindlingError):
    """A folder cannot be added or read."""

    code = "folder"


class WatchLimitError(FindlingError):
    """The system's inotify limits are too low to watch all folders: the rest is polled."""

    code = "watch_limit"


class LibraryLockedError(FindlingError):
    """Another program is writing to this library."""

    code = "library_locked"


class LibraryClosedError(FindlingError):
    """The library was closed while something waited for it."""

    code = "library_closed"


class LibraryUnusableError(FindlingError):
    """The library's folder cannot be written, or its catalogue cannot be read."""

    code = "library_unusable"


class LibraryAwayError(LibraryUnusableError):
    """The folder of an open library is gone: its disk was pulled out, or it was moved. Findling waits for it."""

    code = "library_away"


class LibraryDamagedError(LibraryUnusableError):
    """The catalogue is damaged: `core.library.diagnostics.recovery` makes another one."""

    code = "library_damaged"


class TextDamagedError(LibraryUnusableError):
    """A stored text cannot be read: its document is read again. `content_id` is its id in the catalogue."""

    code = "text_damaged"

    def __init__(self, content_id: int) -> None:
        super().__init__("storage.text_damaged")
        self.content_id = content_id


class StorageFullError(FindlingError):
    """The disk is full: indexing waits until there is room."""

    code = "storage_full"


class VectorStoreError(FindlingError):
    """A vector store on a server does not answer, or refuses what is asked; search goes on by names and words."""

    code = "vector_store"


class SignInError(FindlingError):
    """Nobody could be signed in at a provider; `is_over` if a sign-in from before has ended."""

    code = "sign_in"

    def __init__(self, message_code: str, /, *, is_over: bool = False, **facts: Any) -> None:
        super().__init__(message_code, **facts)
        self.is_over = is_over


class TeamLibraryError(FindlingError):
    """A team library does not answer, or refuses what is asked; `message.code` says which."""

    code = "team_library"


class EngineError(FindlingError):
    """The engine cannot start, or was given up after repeated failures."""

    code = "engine"


class EngineUnavailableError(EngineError):
    """The engine does not respond now (refused, timed out, overloaded): a retry may succeed."""

    code = "engine_unavailable"


class EngineAnswerError(EngineError):
    """The engine's response cannot be used (4xx, not JSON, wrong dimension, not finite)."""

    code = "engine_answer"


class ModelError(FindlingError):
    """A model's files are missing, or differ from the expected ones."""

    code = "model"


class OcrError(FindlingError):
    """Text cannot be recognised: the program, or a language for it, is not installed."""

    code = "ocr"


class WaitTimeoutError(FindlingError):
    """A wait ended at its time-out."""

    code = "timeout"
