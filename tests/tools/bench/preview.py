"""Benchmark: the first page of every PDF in a folder, from the click to its picture and to its words."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from core.errors import FileProblem
from core.preview.renderer import PageDocument, PagePart, PageRenderer
from tests.builders.large_trees import load

MAX_HEIGHT = 4  # of the drawn part, in widths


def run(folder: Path, width: int) -> None:
    """Draw and measure the first page of each PDF, `width` pixels wide, with one warm process and with a new one."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".pdf" and path.is_file())
    drawn, measured, slow = [], [], []
    problems: Counter[str] = Counter()
    renderer = PageRenderer()
    try:
        started = time.monotonic()
        cold = _cold(renderer, paths, width)
        print(f"{len(paths)} PDFs, {width} pixels wide; {load()}")
        print(f"process not started yet: first page after {cold - started:.3f} s")
        for path in paths:
            start = time.monotonic()
            try:
                document = renderer.open(str(path), "pdf")
                renderer.draw(document, first_page(document, width))
                seen = time.monotonic()
                renderer.measure(document, 0)
            except FileProblem as problem:
                problems[problem.code] += 1
                continue
            drawn.append(seen - start)
            measured.append(time.monotonic() - seen)
            slow.append((seen - start, path.name))
    finally:
        renderer.close()
    for name, seconds in (("picture", drawn), ("places of its characters", measured)):
        print(f"{name:26}{_figures(seconds)}")
    print("over 300 ms:", ", ".join(f"{name} {seconds:.2f} s" for seconds, name in sorted(slow)[::-1] if seconds > 0.3))
    print("not drawn:", dict(problems))


def first_page(document: PageDocument, width: int) -> PagePart:
    """The first page, `width` pixels wide; of a very high one its top."""
    scale = width / document.size(0)[0]
    height = min(max(1, round(document.size(0)[1] * scale)), MAX_HEIGHT * width)
    return PagePart(0, scale, 0, 0, width, height)


def _cold(renderer: PageRenderer, paths: Sequence[Path], width: int) -> float:
    """When the first page that can be drawn was drawn by a process that was started for it."""
    for path in paths:
        try:
            document = renderer.open(str(path), "pdf")
            renderer.draw(document, first_page(document, width))
        except FileProblem:
            continue
        break
    return time.monotonic()


def _figures(seconds: Sequence[float]) -> str:
    cuts = statistics.quantiles(seconds, n=100)
    return f"p50 {cuts[49]:.3f} s, p95 {cuts[94]:.3f} s, p99 {cuts[98]:.3f} s, slowest {max(seconds):.2f} s"
