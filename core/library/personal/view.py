"""A library as one person sees it: what they may not read is not there, in no answer and no count."""

from __future__ import annotations

import os
from dataclasses import replace

from core.document import RETRIEVERS, Retriever
from core.errors import VectorStoreError
from core.events import FileExplanation, Folder, Problem, Progress, RetrieverProgress, Trouble
from core.indexer.progress import retriever_progress
from core.library.diagnostics.health import Diagnostics
from core.library.diagnostics.problems import problems_of
from core.library.engines.manager import EngineManager
from core.library.folders.folders import FolderManager
from core.library.member_copies import MemberCopies
from core.library.personal.pages import PersonalCopies, PersonalPages
from core.library.queries import Queries
from core.library.session.manager import SessionManager
from core.messages import Message
from core.preview.renderer import PageRenderer
from core.rights import Person
from core.store.catalogue.catalogue import Counts
from core.store.catalogue.readable_files import readable_path


class PersonalView:
    """What a `Library` answers to a person: the same methods, as far as they only read. Made anew for each request."""

    def __init__(
        self,
        sessions: SessionManager,
        folders: FolderManager,
        engines: EngineManager,
        pages: PageRenderer,
        copies: MemberCopies,
        person: Person,
    ) -> None:
        self._sessions, self._folders, self._engines, self._person = sessions, folders, engines, person
        self.queries = Queries(sessions, person)
        self.members = PersonalCopies(copies, self.queries)
        self.pages = PersonalPages(pages, self.queries, self.members)
        self.diagnostics = PersonalDiagnostics(sessions, folders, self.queries, person)

    def progress(self) -> Progress:
        """The progress of the whole library, to decide by; without what its engine and its store say of themselves."""
        progress = self._sessions.current.progress()
        engine, trouble = self._engines.with_setup(progress.engine), progress.trouble
        is_of_store = trouble is not None and trouble.code == VectorStoreError.code
        return replace(
            progress,
            engine=replace(engine, detail="", remedy=""),
            trouble=Trouble(VectorStoreError.code, "", "") if is_of_store else None,
        )

    def counts(self) -> tuple[Counts, int, int]:
        """The files that the person may read, by state, their passages, and how many of these have a vector."""
        found = self._sessions.current.indexes()
        with self.queries.access.catalogue() as catalogue:
            passages, embedded = catalogue.passage_counts_of_files(found.chunking_id, found.model_id)
            return catalogue.counts(found.model_id), passages, embedded

    @staticmethod
    def retrievers(counts: Counts) -> dict[Retriever, RetrieverProgress]:
        """How much each retriever finds of these files."""
        return dict(zip(RETRIEVERS, retriever_progress(counts, words_pending=0), strict=True))

    def folders(self) -> list[Folder]:
        """The folders in which the person may read a file, with the number and the bytes of such files."""
        known = {row.path for row in self._folders.rows()}
        with self.queries.access.catalogue() as catalogue:
            totals = ((row, *catalogue.folders.totals(row.id)) for row in catalogue.folders.all())
            return [
                Folder(os.fsdecode(row.path), files, size, row.connected, row.single)
                for row, files, size in totals
                if files and row.path in known
            ]

    def problems(self, *, with_ignored: bool = False) -> list[Problem]:
        """The problems of the files that the person may read."""
        with self.queries.access.catalogue() as catalogue:
            found = problems_of(catalogue, with_ignored=with_ignored)
            assert catalogue.readable is not None
            readable = catalogue.readable.readable_now(os.fsencode(problem.path) for problem in found)
        return [problem for problem in found if os.fsencode(problem.path) in readable]


class PersonalDiagnostics(Diagnostics):
    """Why a file is found or not, for a person: one that they may not read is answered as one that is not there."""

    def __init__(self, sessions: SessionManager, folders: FolderManager, queries: Queries, person: Person) -> None:
        super().__init__(sessions, folders, queries)
        self._person = person

    def why(self, path: str | os.PathLike[str], query: str = "") -> FileExplanation:
        name = os.path.abspath(os.fspath(path))
        with self._queries.access.catalogue() as catalogue:
            assert catalogue.readable is not None
            is_known = bool(catalogue.readable.readable_now([os.fsencode(name)]))  # also a document inside a file
        if is_known or readable_path(self._person, name):
            return super().why(name, query)
        message = Message("explain.missing")
        return FileExplanation(name, "missing", message.sentence, message.remedy)

    def _queue_place(self, _file_id: int) -> int | None:
        """Not told: it counts the files of others."""
        return None
