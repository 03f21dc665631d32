"""Ranks the files that the retrievers found: those with all words first, near-duplicates at one place."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence

from core.search.present.hit_builder import RankedFile
from core.search.present.ranked_file import RankedFileBuilder
from core.search.rank.collapse import group_near_duplicates
from core.search.rank.fusion import RECENCY_WEIGHT, Ranked, file_scores, passage_scores, recency
from core.search.rank.threads import quoting_pairs
from core.search.retrieve.retrievers import FileKey, RetrieverScores
from core.store.candidates import Candidates
from core.store.catalogue.catalogue import Catalogue
from core.store.near_duplicates.compare import near_duplicates

PASSAGES_PER_HIT = 3
# In score: large enough that no meaning and no rerank by sentences moves a file without them before one with them.
RARE_WORDS_GAIN = 20.0


class FileRanker:
    """Ranks files of one library. Not thread-safe."""

    def __init__(self, catalogue: Catalogue, model: str) -> None:
        self._catalogue, self._model = catalogue, model

    def ranked(
        self, found: RetrieverScores, limit: int, scope: Candidates | None, best_input: float = 0.0
    ) -> list[list[RankedFile]]:
        """The first `limit` places of the list, each with the files that share it.

        Files that have all words are chosen before others, whatever their score: tiers are made of what is chosen.
        `best_input` is as in `RankedFileBuilder`.
        """
        scores = passage_scores(found.words, found.cosines, found.scales)
        owners = self._catalogue.passages.contents_of(scores)
        by_file: dict[FileKey, list[int]] = {}
        for number in sorted(owners, key=lambda number: (-scores[number], number)):
            by_file.setdefault(("content", owners[number]), []).append(number)
        _move_first(by_file.values(), found.containing.passages)
        if scope is not None and len(scope.phrase_matches):
            _move_first(by_file.values(), frozenset(scope.phrase_matches.tolist()))
        names = dict(sorted(found.names.items()))  # ties do not depend on the retriever's order
        ranked = file_scores({key: scores[numbers[0]] for key, numbers in by_file.items()}, names)
        first_passages = {number: numbers[0] for (_, number), numbers in by_file.items()}
        best = self._collapsed(_with_rare_words_first(ranked, found), found, limit, first_passages)
        shown = {key: by_file.get(key, [])[:PASSAGES_PER_HIT] for place in best for key, _ in place}
        rows = self._catalogue.passages.get_many([number for numbers in shown.values() for number in numbers])
        files = RankedFileBuilder(found, owners, scores, shown, self._model, best_input)
        return [
            [files.ranked_file(key, score, [rows[n] for n in shown[key] if n in rows]) for key, score in place]
            for place in best
        ]

    def _collapsed(
        self, ranked: Ranked[FileKey], found: RetrieverScores, limit: int, first_passages: Mapping[int, int]
    ) -> list[Ranked[FileKey]]:
        """The first `limit` places of the result list with their files; near-duplicates share a place.

        So do messages whose best passage (of each content in `first_passages`) is quoted from their conversation.
        """
        first = [entry for entry in ranked if _has_all_words(entry[0], found)]
        others = [entry for entry in ranked if not _has_all_words(entry[0], found)]
        count = limit
        while True:
            best = self._newest_first(first, count)
            best += self._newest_first(others, count - len(best))
            sketches = self._catalogue.sketches.get_many([number for (kind, number), _ in best if kind == "content"])
            pairs = near_duplicates(
                [sketches.get(number, b"") if kind == "content" else b"" for (kind, number), _ in best]
            )
            pairs += self._quoting_pairs(
                [number if kind == "content" else 0 for (kind, number), _ in best], first_passages
            )
            places = group_near_duplicates(best, pairs)
            if len(places) >= limit or len(best) < count:
                return sorted(places[:limit], key=lambda place: -place[0][1])
            count *= 2

    def _quoting_pairs(self, numbers: Sequence[int], first_passages: Mapping[int, int]) -> list[tuple[int, int]]:
        threads = self._catalogue.mail_headers.threads(numbers)
        if len(threads) == len(set(threads.values())):  # no two of one conversation
            return []
        passages = self._catalogue.passages.get_many([first_passages[n] for n in threads if n in first_passages])
        contents = self._catalogue.contents.get_many([row.content_id for row in passages.values()])
        quoting = frozenset(
            row.content_id
            for row in passages.values()
            if any(part.number == row.page and part.unit == "quote" for part in contents[row.content_id].parts)
        )
        return quoting_pairs(numbers, threads, quoting)

    def _newest_first(self, ranked: Ranked[FileKey], limit: int) -> Ranked[FileKey]:
        """The first `limit` files, ties broken by recency."""
        if limit < 1:
            return []
        if len(ranked) > limit:
            ranked = [entry for entry in ranked if entry[1] >= ranked[limit - 1][1] - RECENCY_WEIGHT]
        by_file = self._catalogue.contents.files_with([number for (kind, number), _ in ranked if kind == "content"])
        now = time.time()
        recency_scores = {
            ("content", number): recency(now - max(file[3] for file in files) / 1e9)
            for number, files in by_file.items()
        }
        newest = [(key, score + recency_scores.get(key, 0.0)) for key, score in ranked]
        return sorted(newest, key=lambda entry: -entry[1])[:limit]


def _has_all_words(key: FileKey, found: RetrieverScores) -> bool:
    """Whether a file has all words of the query in its text, or all of them in its name."""
    return (key[0] == "content" and key[1] in found.containing.contents) or found.names.get(key, 0.0) >= 1.0


def _with_rare_words_first(ranked: Ranked[FileKey], found: RetrieverScores) -> Ranked[FileKey]:
    """The files with more score for those that have the rare words, or all words in their name."""
    rare = {("content", number) for number in found.containing.rare}
    if not rare:
        return ranked
    rare |= {key for key, share in found.names.items() if share >= 1.0}
    raised = [(key, score + RARE_WORDS_GAIN if key in rare else score) for key, score in ranked]
    return sorted(raised, key=lambda pair: -pair[1])


def _move_first(by_file: Iterable[list[int]], matching: Collection[int]) -> None:
    """Move the passages that match to the front of each document's list."""
    for passages in by_file:
        passages.sort(key=lambda number: number not in matching)
