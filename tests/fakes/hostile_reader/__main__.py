"""python -m tests.fakes.hostile_reader [unconfined]: the real worker, taken over by documents called attack-....

Such a document is JSON: {"targets": a `Targets`, "only": names of attacks, or null for all}. The reader answers with a
document that has a line for each attack: its name, a tab, and "refused" or what it got. Other documents are read as
ever.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from dataclasses import replace

from core.document import Document
from core.extract_workers import messages, worker
from tests.fakes import unconfined_worker
from tests.fakes.hostile_reader import files, kernel, network, processes
from tests.fakes.hostile_reader.targets import Attack, Targets

ATTACKS: dict[str, Attack] = {
    **files.READING,
    **files.WRITING,
    **network.ATTACKS,
    **processes.ATTACKS,
    **kernel.ATTACKS,
    **kernel.FATAL,
}


def outcome(attack: Attack, targets: Targets) -> str:
    try:
        return f"got {attack(targets)}"
    except OSError as error:
        return f"refused: {errno.errorcode.get(error.errno or 0, error)}"
    except ValueError as error:  # what `resource` makes of EPERM
        return f"refused: {error}"


class TakenOverWorker(worker.ExtractWorker):
    def _extract(self, descriptor: int, name: bytes, attempt: int) -> None:
        if not name.startswith(b"attack"):
            super()._extract(descriptor, name, attempt)
            return
        self._send(messages.FileOpened())
        order = json.loads(os.read(descriptor, 1 << 20))
        targets = replace(Targets(**order["targets"]), document=descriptor)
        chosen = order["only"] or [name for name in ATTACKS if name not in kernel.FATAL]
        open_ones = [number for number in range(64) if _is_open(number)]
        lines = [f"{name}\t{outcome(ATTACKS[name], targets)!r}" for name in chosen]
        document = Document("\n".join([*lines, f"descriptors\t{open_ones}"]), "text", extractor="hostile/1")
        os.close(descriptor)
        self._send(messages.FormatFound("text", "hostile/1", other_reader=False))
        done = messages.Done(messages.facts_of(document), *self._passages(document))
        self._send(done, document.text.encode())


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    worker.ExtractWorker = TakenOverWorker  # type: ignore[misc]
    if "unconfined" in sys.argv:
        worker.confine = unconfined_worker.no_confinement
    worker.main()
