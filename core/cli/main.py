"""Entry point of the command line: parses arguments and runs a command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.cli.arguments import DONE, FAILED, INTERRUPTED, exit_codes, translate_argparse, use_language_of
from core.cli.console import discard_output, replace_unprintable
from core.errors import FindlingError
from core.messages import set_language, tr
from core.startup import secure_process

Add = Callable[[Any], None]
Run = Mapping[str, Callable[[argparse.Namespace], int]]


def parser(command: str = "") -> argparse.ArgumentParser:
    """The argument parser of all commands, in the current language; of a known `command`, it may know that one only.

    Importing all commands takes a second, and one that another program answers is over in a tenth of that.
    """
    translate_argparse()
    top = argparse.ArgumentParser(
        prog="findling",
        description=tr(
            "Finds your own documents by what they say. With folders instead of a command, or with nothing, "
            "`findling` opens its window; `findling --version` prints its version."
        ),
        epilog=exit_codes(),
    )
    commands = top.add_subparsers(dest="command", required=True, metavar=tr("COMMAND"))
    groups = [_GROUPS[command]] if command in _GROUPS else list(dict.fromkeys(_GROUPS.values()))
    for group in groups:
        group()[0](commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    secure_process()
    set_language()
    given = list(sys.argv[1:] if argv is None else argv)
    arguments = parser(given[0] if given else "").parse_args(given)
    use_language_of(getattr(arguments, "library", None))
    replace_unprintable()
    try:
        code = _GROUPS[arguments.command]()[1][arguments.command](arguments)
        sys.stdout.flush()
        return code
    except FindlingError as error:
        print(f"findling: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print(f"findling: {tr('interrupted; what is indexed stays indexed.')}", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        discard_output()
        return DONE


def _index() -> tuple[Add, Run]:
    from core.cli.index import INDEX, add_index

    return add_index, INDEX


def _search() -> tuple[Add, Run]:
    from core.cli.search import SEARCH, add_search

    return add_search, SEARCH


def _status() -> tuple[Add, Run]:
    from core.cli.status import STATUS, add_status

    return add_status, STATUS


def _problems() -> tuple[Add, Run]:
    from core.cli.problems import PROBLEMS, add_problems

    return add_problems, PROBLEMS


def _engine() -> tuple[Add, Run]:
    from core.cli.engine import ENGINE, add_engine

    return add_engine, ENGINE


def _why() -> tuple[Add, Run]:
    from core.cli.why import WHY, add_why

    return add_why, WHY


def _health() -> tuple[Add, Run]:
    from core.cli.health import HEALTH, add_health

    return add_health, HEALTH


def _serve() -> tuple[Add, Run]:
    from core.cli.serve import SERVE, add_serve

    return add_serve, SERVE


def _mcp() -> tuple[Add, Run]:
    from core.cli.mcp import MCP, add_mcp

    return add_mcp, MCP


def _provider() -> tuple[Add, Run]:
    from core.cli.provider import PROVIDER, add_provider

    return add_provider, PROVIDER


def _connections() -> tuple[Add, Run]:
    from core.cli.connections import CONNECTIONS, add_connections

    return add_connections, CONNECTIONS


def _transfer() -> tuple[Add, Run]:
    from core.cli.transfer import TRANSFER, add_transfer

    return add_transfer, TRANSFER


def _finetune() -> tuple[Add, Run]:
    from core.cli.finetune import FINETUNE, add_finetune

    return add_finetune, FINETUNE


def _measure() -> tuple[Add, Run]:
    from core.cli.measure import MEASURE, add_measure

    return add_measure, MEASURE


def _window() -> tuple[Add, Run]:
    from core.cli.window import WINDOW, add_window

    return add_window, WINDOW


_GROUPS: dict[str, Callable[[], tuple[Add, Run]]] = {
    "index": _index,
    "search": _search,
    "status": _status,
    "problems": _problems,
    "engine": _engine,
    "why": _why,
    "doctor": _health,
    "serve": _serve,
    "mcp": _mcp,
    "provider": _provider,
    "connections": _connections,
    "export": _transfer,
    "import": _transfer,
    "measure": _measure,
    "finetune": _finetune,
    "toggle": _window,
    "show": _window,
    "open": _window,
    "quit": _window,
}
