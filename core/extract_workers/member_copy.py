"""The bytes of one document inside a file, found by a worker as when it was indexed."""

from __future__ import annotations

import os
import re

from core.chunk import chunking_config
from core.errors import FileProblem
from core.extract.base import Limits
from core.extract.members import MAILBOX, is_mailbox, path_of
from core.extract_workers import messages
from core.extract_workers.checks import InvalidMessageError
from core.extract_workers.deadline import JobDeadline
from core.extract_workers.process import WorkerDied, WorkerProcess, WorkerTimedOut
from core.extract_workers.source_file import SourceFile
from core.settings import Settings
from core.store.catalogue.members_table import MemberLocation

SECONDS = 30.0  # of processor time for each file on the way
CHUNKING = chunking_config(Settings())  # of a worker that chunks nothing
_TAKEN = re.compile(rb" ~[0-9a-f]+(?=\.[^./]*\Z|\Z)")  # what `core.extract.members.unique` adds


def member_bytes(location: MemberLocation, limits: Limits = Limits()) -> bytes:  # noqa: B008 - it is frozen
    """The bytes of a member; raises FileProblem, "vanished" if the file no longer has it there."""
    process = WorkerProcess(limits)
    try:
        process.configure(messages.Configure(CHUNKING, limits))
        file = SourceFile.open(location.container)
        name = os.path.basename(location.container)
        for step, place in location.steps:
            with file:
                data = _member(process, file, name, step, place)
            file, name = SourceFile.of_bytes(data, 0), os.path.basename(step)
        with file:
            return data
    except (WorkerDied, WorkerTimedOut, InvalidMessageError) as error:
        raise FileProblem("crashed", str(error)) from error
    finally:
        process.close()


def _member(process: WorkerProcess, file: SourceFile, name: bytes, step: bytes, place: int) -> bytes:
    """The bytes of the member at a place of a file; what else the worker finds there is read and forgotten."""
    process.send(
        messages.Unpack(MAILBOX if is_mailbox(name, file.head()) else "", place, only_first=True), name, file.descriptor
    )
    deadline = JobDeadline(process, SECONDS)
    reply, data = deadline.receive()
    if isinstance(reply, messages.ProblemFound):
        raise FileProblem(reply.code, reply.detail)
    if not isinstance(reply, messages.MemberFound):
        raise FileProblem("vanished", "")
    end, _ = deadline.receive()
    if not isinstance(end, messages.Unpacked):
        raise InvalidMessageError("it says something out of order")
    if reply.place != place or _TAKEN.sub(b"", path_of(reply.name)) != _TAKEN.sub(b"", step):
        raise FileProblem("vanished", "")
    return data
