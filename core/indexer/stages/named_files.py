"""Files that an older version indexed by name only, and that can be read now."""

from __future__ import annotations

from core.document import Kind
from core.extract import readable_kind
from core.extract.unknown_names import FORMATS_VERSION, is_worth_a_look, may_be_mailbox
from core.settings import Settings
from core.store.catalogue.catalogue import Catalogue


def expected_kind(path: bytes) -> Kind | None:
    """The kind of a file that is opened, by its name; "other" if only its bytes can tell, None if it is not opened."""
    return readable_kind(path) or ("other" if is_worth_a_look(path) else None)


def formats_version(*, read_scans: bool) -> str:
    """What files are compared with that are known by name only: pictures are read for OCR where that is on."""
    return f"{FORMATS_VERSION}+ocr" if read_scans else FORMATS_VERSION


def queue_readable(catalogue: Catalogue, settings: Settings) -> None:
    """Queue the files that have a reader by now; each file is looked at once for each version of the formats."""
    version = formats_version(read_scans=settings.read_scans)
    with catalogue.transaction():
        for file_id, path, size in catalogue.named_files.of_other_versions(version):
            kind = expected_kind(path)
            if kind is not None and size and (size <= settings.max_bytes_of(kind) or may_be_mailbox(path)):
                catalogue.files.mark_waiting(file_id)
            else:
                catalogue.named_files.set(file_id, version)
