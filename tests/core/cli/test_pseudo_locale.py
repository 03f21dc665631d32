"""The command line in a made language: every text of it is translated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.document import RETRIEVERS
from core.models import MODELS, RERANKERS
from core.settings import choices
from tests.core.cli.conftest import library_with_settings, run_command
from tests.core.engine.conftest import Running
from tests.fakes import pseudo_locale

COMMANDS = (
    "index",
    "search",
    "status",
    "problems",
    "engine",
    "why",
    "serve",
    "mcp",
    "provider",
    "doctor",
    "connections",
    "measure",
    "finetune",
    "export",
    "import",
    "toggle",
    "show",
    "open",
    "quit",
)
ENGINE_COMMANDS = ("status", "install", "download", "start", "stop", "logs", "check")
# Typed or read by programs as they stand: names of commands, models, engines and retrievers, and of products.
NAMES = (
    *COMMANDS, *ENGINE_COMMANDS, *MODELS, *RERANKERS, *choices("engine"), *RETRIEVERS,
    *("findling", "Findling", "SGLang", "JSON", "json", "embedding", "reranker"),
)  # fmt: skip
OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")
CHOICES = re.compile(r"\{[\w.,-]+\}")
PATH = re.compile(r"(?:~|\.{1,2})?/[^\s,:]+")


@pytest.fixture(autouse=True)
def _made_language() -> Iterator[None]:
    pseudo_locale.use()
    yield
    pseudo_locale.stop()


def untranslated(text: str, *data: str) -> str:
    """What of an output is neither translated nor meant to stay."""
    lines = []
    # A text that is wrapped stays one: brackets are matched over the whole output.
    for line in pseudo_locale.untranslated(text).splitlines():
        left = CHOICES.sub(" ", PATH.sub(" ", OPTION.sub(" ", line)))
        lines.append(pseudo_locale.words_outside(left, (*NAMES, *data)))
    return "\n".join(filter(None, lines))


@pytest.mark.parametrize(
    "command", [(), *((name,) for name in COMMANDS), *(("engine", name) for name in ENGINE_COMMANDS)]
)
def test_the_help_of_every_command_is_translated(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run_command(capsys, *command, "--help")
    assert (code, err) == (0, "")
    assert pseudo_locale.OPEN in out
    assert untranslated(out) == ""


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nothing-of-the-kind",),
        ("index",),
        ("search",),
        ("search", "harbour", "--limit", "none"),
        ("search", "harbour", "--limit"),
        ("search", "harbour", "--batch", "file"),
        ("index", "/tmp", "--model", "nothing-of-the-kind"),
        ("status", "--nothing-of-the-kind"),
    ],
)
def test_wrong_usage_is_told_in_the_language(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run_command(capsys, *arguments)
    assert (code, out) == (2, "")
    assert untranslated(err, "nothing-of-the-kind", "query", "command", "paths", "none", "ok") == ""


DOCUMENTS = (
    "harbour.txt", "harbour", "The harbour is closed in winter. In spring the boats come back.", "图书馆.md", "图书馆",
    "图书馆在冬天关闭。", "Soup of the day: lighthouse soup.", "broken.pdf", "picture.jpg", "type:mail",
    "caf\ufffd", "\u27e8ESC\u27e9[31m\u27e8LF\u27e9menu.txt", "menu.txt", "ext:md",
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (0, ("search", "zzzzqqqq ext:md")),
        (0, ("search", "harbour", "--explain")),
        (1, ("search", "harbour type:mail")),
        (1, ("search", "harbour type:mail", "--explain")),
        (0, ("status",)),
        (0, ("problems",)),
        (0, ("doctor",)),
        (0, ("engine", "status")),
        (0, ("why", "docs/harbour.txt", "--query", "harbour")),
        (1, ("why", "docs/broken.pdf")),
        (1, ("why", "docs/none.txt")),
        (1, ("why", "/proc/none.txt")),
    ],
)
def test_the_output_is_translated(
    indexed_library: Path, code: int, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    place = str(indexed_library.parent)
    given = [argument.replace("docs/", f"{place}/docs/") for argument in arguments]
    found, out, err = run_command(capsys, *given, "--library", indexed_library)
    assert found == code, out + err
    assert pseudo_locale.OPEN in out
    assert untranslated(out + err, place, *DOCUMENTS) == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("search", "harbour", "--batch", "none.jsonl"),
        ("search", "harbour", "--library", "/proc/none"),
        ("status", "--library", "/proc/none"),
        ("doctor", "--library", "/proc/none"),
        ("engine", "download", "english"),
        ("index", "/proc/none"),
    ],
)
def test_errors_are_translated(
    tmp_path: Path, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str], engine: Running
) -> None:
    given = list(arguments)
    if "--library" not in given:
        given += ["--library", str(library_with_settings(tmp_path / "library", engine))]
    code, out, err = run_command(capsys, *given)
    assert code in {1, 2, 3}
    assert untranslated(out + err, "query") == ""


def test_indexing_is_translated(tmp_path: Path, engine: Running, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "harbour.txt").write_text("The harbour is closed in winter.")
    code, out, err = run_command(
        capsys,
        "index",
        tmp_path / "docs",
        "--library",
        library_with_settings(tmp_path / "library", engine),
        "--until",
        "words",
    )
    assert code == 0, err
    assert untranslated(out + err) == ""


def test_untranslated_words_are_found() -> None:
    assert untranslated("usage: findling search --limit") == "usage:"
    assert untranslated("one two") == "one two"
    assert untranslated(pseudo_locale.pseudo("A long\ntext")) == ""
