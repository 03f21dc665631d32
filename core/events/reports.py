"""What a front end asks for: problems, folders, why a file is found or not, and checks of the library."""

from __future__ import annotations

from dataclasses import dataclass

from core.document import Band, Retriever, Tier

MAX_RANK = 200  # results of a retriever among which `FileExplanation` looks for a file


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that cannot be read, or not all of it: `code` is a `core.errors.ProblemCode`.

    `reason` is the heading of the files with such a problem, `help` what would help them. `when` (the problem was seen)
    and `modified` (the file) are Unix times. `waiting`: it is about to be read again; `ignored`: by the user.
    """

    path: str
    code: str
    sentence: str
    remedy: str
    detail: str
    when: float
    reason: str = ""
    help: str = ""
    size: int = 0
    modified: float = 0.0
    waiting: bool = False
    ignored: bool = False

    @property
    def is_partial(self) -> bool:
        """Whether some of the file's text is searchable."""
        return self.code in {"truncated", "data_left_out", "partial", "garbled", "refused", "scanned_pages"}


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder (or, if `single`, a file) that the user added, with the number and the bytes of the files known in it.

    `away` are the mount points below it whose disks are not connected.
    """

    path: str
    files: int
    size: int
    connected: bool
    single: bool = False
    away: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExclusionEffect:
    """What exclusions would hide in a folder, as far as counted: files, bytes, and the paths of some examples.

    `returning` counts the files that are hidden now and would be included. The paths are relative; those of folders end
    in a slash.
    """

    files: int = 0
    size: int = 0
    examples: tuple[str, ...] = ()
    returning: int = 0
    done: bool = False


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Where a file is in the list of a query, as the window has it; `sentence` words it.

    `rank` is from 1, None if it is not among the first `listed`; then it has no `tier`, `band` and `chance`. Of the
    places of the list, `containing` have the words of the query, `likely` more are shown at first, and the others are
    `folded` away.
    """

    sentence: str
    rank: int | None
    listed: int
    containing: int
    likely: int
    tier: Tier | None = None
    band: Band | None = None
    chance: float | None = None
    folded: bool = False


@dataclass(frozen=True, slots=True)
class FileExplanation:
    """Why a file is found or not: `code` names its state, `sentence` words it, `remedy` says what the user can do.

    `embedded` of its `passages` have a vector. `place` is its position in the queue of files to read (0: being read,
    None: not in it). For a query, `ranks` are its ranks by each retriever, None beyond the first `MAX_RANK`, `in_list`
    is its place among all results, and `broad_wildcards` are (wildcard, words) of those that stand for too many words
    to search them all.
    """

    path: str
    code: str
    sentence: str
    remedy: str = ""
    passages: int = 0
    embedded: int = 0
    place: int | None = None
    ranks: tuple[tuple[Retriever, int | None], ...] = ()
    in_list: ListPlace | None = None
    broad_wildcards: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Inconsistency:
    """One kind of inconsistency in a library, and how often it occurs; `cure` says what a repair does about it."""

    code: str
    count: int
    sentence: str
    cure: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConsistencyReport:
    """The result of a consistency check: counts of disk, catalogue and indexes, and the inconsistencies found.

    `on_disk` and `known` are files on disk and in the catalogue; `in_words` passages are in the word index,
    `in_meaning` of the `vectors` in the vector index. A count is None where nothing was counted: in a damaged
    catalogue, and of a vector index that another program holds in memory. `away` are folders that are not connected,
    `copies` the Unix times of the catalogue's backups, newest first, `ailments` the inconsistencies. `unconfined` says
    that, and why, the processes that read documents are not confined; it is empty where they are.
    """

    on_disk: int | None = None
    known: int | None = None
    passages: int | None = None
    in_words: int | None = None
    vectors: int | None = None
    in_meaning: int | None = None
    away: tuple[str, ...] = ()
    copies: tuple[float, ...] = ()
    ailments: tuple[Inconsistency, ...] = ()
    unconfined: str = ""
    done: bool = False
