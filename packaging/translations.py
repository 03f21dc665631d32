"""Keeps the translations in step with the sources: `python packaging/translations.py update | check`.

update  writes every text of core and gui into resources/locale/LANGUAGE/LC_MESSAGES/findling.po, keeps what is
        translated, drops what no source has any more, and compiles the .mo files that Findling loads.
check   changes nothing; prints what is missing, unused, fuzzy, out of date, or has other fields than the English
        text, and exits with 1 if there is anything.
"""

from __future__ import annotations

import ast
import io
import string
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("de", "zh_CN")
SOURCES = ("core", "gui")
# The functions whose first arguments are texts, and how many of them: see core/messages/translate.py.
FUNCTIONS = {"tr": 1, "mark": 1, "ntr": 2, "plural": 2}
# Dates of a catalogue would change with every update and say nothing that git does not.
UNDATED = datetime(2026, 1, 1, tzinfo=UTC)


def extracted(root: Path = ROOT) -> Catalog:
    """Every text of the sources that is marked for translation, with the files it stands in."""
    catalog = Catalog(project="Findling", creation_date=UNDATED, revision_date=UNDATED)
    for path in sorted(path for source in SOURCES for path in (root / source).rglob("*.py")):
        for texts in texts_in(path.read_text(encoding="utf-8")):
            message = texts if len(texts) > 1 else texts[0]
            catalog.add(message, None, [(path.relative_to(root).as_posix(), 0)])
    return catalog


def texts_in(source: str) -> list[tuple[str, ...]]:
    """The texts of a module in their order: (text,), or (singular, plural).

    By syntax tree, as Babel's own extractor does not see calls inside an f-string on Python 3.11. What is no literal
    was marked where it is defined; an f-string can be no key of a catalogue and raises ValueError.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
            texts = node.args[: FUNCTIONS[node.func.id]]
            if any(isinstance(text, ast.JoinedStr) for text in texts):
                raise ValueError(f"an f-string cannot be translated: {ast.unparse(node)}")
            literals = [text.value for text in texts if isinstance(text, ast.Constant) and isinstance(text.value, str)]
            if literals and len(literals) == FUNCTIONS[node.func.id]:
                found.append((node.lineno, node.col_offset, tuple(literals)))
    return [texts for _, _, texts in sorted(found)]


def po_file(language: str) -> Path:
    return ROOT / "resources" / "locale" / language / "LC_MESSAGES" / "findling.po"


def read(language: str) -> Catalog:
    """The catalogue of a language as it is kept; an empty one for a new language."""
    path = po_file(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update() -> None:
    """Bring the .po and .mo files of all languages into step with the sources."""
    template = extracted()
    for language in LANGUAGES:
        catalog = read(language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.project, catalog.version = "Findling", ""
        catalog.header_comment = f"# {language} translation of Findling."
        catalog.creation_date = catalog.revision_date = UNDATED
        path = po_file(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, width=120, ignore_obsolete=True, include_lineno=False, sort_by_file=True)
        path.with_suffix(".mo").write_bytes(compiled(read(language)))


def compiled(catalog: Catalog) -> bytes:
    """The catalogue in gettext's binary form."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def fields(text: str) -> set[tuple[str, str]]:
    """The fields of a text with their formats: {("count", ""), ("free", "size")}."""
    return {(name, spec or "") for _, name, spec, _ in string.Formatter().parse(text) if name is not None}


def faults(language: str, template: Catalog) -> list[str]:
    """What is wrong with the catalogue of a language, a sentence each."""
    catalog, found = read(language), []
    for message in template:
        if not message.id:
            continue
        kept = catalog.get(message.id, message.context)
        if kept is None or not _is_translated(kept):
            found.append(f"{language}: not translated: {_shown(message)}")
        elif kept.fuzzy:
            found.append(f"{language}: fuzzy: {_shown(message)}")
        else:
            found += _field_faults(language, kept)
    found += [
        f"{language}: no source has this any more: {_shown(message)}"
        for message in catalog
        if message.id and template.get(message.id, message.context) is None
    ]
    binary = po_file(language).with_suffix(".mo")
    if not binary.exists() or binary.read_bytes() != compiled(catalog):
        found.append(f"{language}: findling.mo is out of date; run: python packaging/translations.py update")
    return found


def _is_translated(message: Message) -> bool:
    texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return all(texts)


def _field_faults(language: str, message: Message) -> list[str]:
    """A translation must have the fields of its text; a singular may leave out its count."""
    sources = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
    texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    allowed = set().union(*map(fields, sources))
    needed = allowed - {("count", "")} if len(sources) > 1 else allowed
    try:
        wrong = [text for text in texts if not needed <= fields(text) <= allowed]
    except ValueError as error:
        return [f"{language}: {error}: {_shown(message)}"]
    return [f"{language}: other fields than {_shown(message)}: {text!r}" for text in wrong]


def _shown(message: Message) -> str:
    return repr(message.id[0] if isinstance(message.id, (tuple, list)) else message.id)


def check() -> int:
    """Print every fault of every language; 1 if there is one."""
    template = extracted()
    found = [fault for language in LANGUAGES for fault in faults(language, template)]
    print("\n".join(found) or f"{len(template)} texts, complete in {', '.join(LANGUAGES)}")
    return 1 if found else 0


def main(arguments: list[str]) -> int:
    if arguments == ["update"]:
        update()
        return 0
    if arguments == ["check"]:
        return check()
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
