"""Stores the documents inside a file, some at a time, so that a kill loses only what is being read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from core.extract import kind_of
from core.extract.members import unique
from core.extract_workers.jobs import ExtractionResult, MemberResult, Unpacking
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.members_table import ContainerState, StoredMember
from core.store.filenames.index import FilenameIndex

MARK_CHARS = 6  # of the hash in the name of a member whose own name is taken

StoreDocument = Callable[[ExtractionResult], list[int]]


@dataclass(slots=True)
class MemberStore:
    """Writes the members of files to the catalogue. `store_document` stores one of them under its file id."""

    catalogue: Catalogue
    names: FilenameIndex
    store_document: StoreDocument

    def store(self, result: ExtractionResult, unpacking: Unpacking) -> list[int]:
        """Store the members of a file that were read now; returns the contents that the indexes must add.

        After the last of them those that the reading did not find are removed, unless it failed.
        """
        members, file_id = self.catalogue.members, result.token
        state = members.state(file_id)
        if not result.members and state is None and unpacking.is_finished and not unpacking.start:
            return []
        generation = state.generation if state is not None and unpacking.start else members.next_generation(file_id)
        if unpacking.start:
            members.doubt(file_id, unpacking.start)
        members.set_state(file_id, ContainerState(generation, unpacking.read_to, unpacking.mark))
        new_contents = self._store_all(result.members, result.path, file_id, file_id, generation)
        if unpacking.is_complete:
            self.names.remove(members.remove_others(file_id, generation))
        return new_contents

    def is_outdated(self, result: ExtractionResult) -> bool:
        """Whether a file with members has other bytes now, in which none were found."""
        if self.catalogue.members.state(result.token) is None:
            return False
        known = None if result.hash is None else self.catalogue.contents.by_hash(result.hash)
        return known is None or known != self.catalogue.content_of(result.path)

    def remove_all(self, file_id: int) -> None:
        """Remove the members of a file that holds none any more."""
        self.names.remove(self.catalogue.members.remove_all(file_id))

    def _store_all(
        self, found: tuple[MemberResult, ...], parent: bytes, parent_id: int, container_id: int, generation: int
    ) -> list[int]:
        return [
            content for member in found for content in self._store(member, parent, parent_id, container_id, generation)
        ]

    def _store(
        self, found: MemberResult, parent: bytes, parent_id: int, container_id: int, generation: int
    ) -> list[int]:
        members, path = self.catalogue.members, parent + b"/" + found.path
        if found.result is None:
            if members.keep(path, found.place, generation) is None:  # it was removed meanwhile: read the file again
                self.catalogue.files.mark_waiting(container_id)
            return []
        content = found.result.hash
        other = members.other_at(path, generation, found.place)
        if other and other == content:  # the same message twice
            return []
        if other is not None:
            path = unique(path, content.hex()[:MARK_CHARS] if content is not None else str(found.place))
        stored = StoredMember(path, parent_id, found.place, found.size, found.mtime_ns, kind_of(path))
        file_id = members.put(container_id, stored, generation)
        self.names.put(file_id, path)
        new_contents = self.store_document(replace(found.result, token=file_id, path=path))
        if found.result.unpacking is not None and found.result.unpacking.failure is not None:
            self.catalogue.files.note_unread_members(file_id, *found.result.unpacking.failure)
        return new_contents + self._store_all(found.result.members, path, file_id, container_id, generation)
