"""Runs the checks and prints a verdict for each.

python -m tests                  every check: ruff, formatting, mypy, imports, translations, all tests
python -m tests PATH...          the tests below these paths; `core/search` means `tests/core/search`
python -m tests --fast           every check, without the slow tests, which start engines and other programs
python -m tests --only ruff,mypy some of the checks
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent

CHECKS: dict[str, list[str]] = {
    "ruff": [sys.executable, "-m", "ruff", "check", "."],
    "format": [sys.executable, "-m", "ruff", "format", "--check", "."],
    "mypy": [sys.executable, "-m", "mypy"],
    "imports": [str(TOOLS / "lint-imports")],
    "translations": [sys.executable, "packaging/translations.py", "check"],
    "pytest": [sys.executable, "-m", "pytest"],
}
SHARED_OUT = ["--dist", "loadfile", "--no-loadscope-reorder"]  # in the order of `conftest.py`


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one check ended: `code` is its exit code, `seconds` its duration."""

    name: str
    code: int
    seconds: float


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", type=_tests_of, help="run the tests below it, nothing else")
    parser.add_argument("--fast", action="store_true", help="leave out the slow tests, which start other programs")
    parser.add_argument("--long", action="store_true", help="also the tests that take minutes")
    parser.add_argument(
        "--sglang",
        choices=("must", "try"),
        nargs="?",
        const="must",
        help="also the tests of the real SGLang, on the processor; try: if its environment can be made here",
    )
    parser.add_argument(
        "-j",
        "--jobs",
        type=int,
        default=min((os.cpu_count() or 1) + 1, 4),
        metavar="N",
        help="processes that run the tests (default: %(default)s; one more than cores, as they often wait)",
    )
    parser.add_argument("--only", metavar="NAME,...", type=_names, help=", ".join(CHECKS))
    return parser


def _names(text: str) -> list[str]:
    names = text.split(",")
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}; there are {', '.join(CHECKS)}")
    return names


def _tests_of(text: str) -> str:
    """The tests of a path: a folder or file of tests, or those of a package or module of the source."""
    path, _, test = text.partition("::")
    relative = Path(path).resolve().relative_to(ROOT) if Path(path).is_absolute() else Path(path)
    if relative.parts[:1] != ("tests",):
        source, relative = relative, Path("tests") / relative
        if source.suffix == ".py":
            relative = relative.with_name(f"test_{source.name}")
    if not (ROOT / relative).exists():
        raise argparse.ArgumentTypeError(f"there is no {relative}")
    return f"{relative}::{test}" if test else str(relative)


def _run(name: str, command: list[str]) -> Verdict:
    print(f"\n=== {name}", flush=True)
    environment = {"QT_QPA_PLATFORM": "offscreen"} | os.environ
    started = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    return Verdict(name, code, time.monotonic() - started)


def _table(verdicts: list[Verdict]) -> str:
    rows = [f"{v.name:12} {'ok' if v.code == 0 else f'FAILED ({v.code})':14} {v.seconds:7.1f} s" for v in verdicts]
    return "\n".join(["", "=== verdicts", *rows])


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 when all checks passed, else 1; all run even when one fails."""
    chosen = _parser().parse_args(arguments)
    extra, why_not = _real_sglang() if chosen.sglang else ([], "")
    if why_not and chosen.sglang == "must":
        print(why_not, file=sys.stderr)
        return 1
    extra += ["--long"] if chosen.long else []
    extra += ["--fast"] if chosen.fast else []
    extra += chosen.paths
    # A few tests start sooner in one process.
    extra += ["-n", str(chosen.jobs), *SHARED_OUT] if chosen.jobs > 1 and not chosen.paths else []
    names = chosen.only or (["pytest"] if chosen.paths else list(CHECKS))
    verdicts = [_run(name, CHECKS[name] + (extra if name == "pytest" else [])) for name in names if name in CHECKS]
    print(_table(verdicts), why_not, sep="\n", flush=True)
    return 1 if any(verdict.code for verdict in verdicts) else 0


def _real_sglang() -> tuple[list[str], str]:
    """The tests' option for the real SGLang, or a sentence about why it is not run."""
    from tests.system.sglang import environment

    try:
        return [f"--sglang={environment.ensure(lambda sentence: print(sentence, flush=True))}"], ""
    except (environment.CannotMakeError, OSError) as error:
        return [], f"The real SGLang was not run: {error}"


if __name__ == "__main__":
    sys.exit(main())
