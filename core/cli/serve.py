"""`findling serve`: have the library open without a window, and answer other programs."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.api import operations_for, registered
from core.cli.arguments import DONE, add_command
from core.cli.console import StepLine, single_line
from core.cli.own_command import own_command
from core.control_socket import ControlSocket, inherited
from core.control_socket.operation import NoValue, Operation
from core.errors import BadInputError, LibraryLockedError
from core.library import Library
from core.messages import tr
from core.rights import person_named, person_signing_in

if TYPE_CHECKING:
    from core.control_socket.bearer import TrustedProvider
    from core.control_socket.remote import RemoteAccess

MAX_PORT = 65_535
UNIT = """[Unit]
Description=Findling, for other programs

[Service]
Type=exec
ExecStart={command}
Restart=on-failure
UMask=0077
Nice=5

[Install]
WantedBy=default.target
"""
WAY_SECONDS = 10.0  # for a window to open the library that was closed for it
SIGNAL_SECONDS = 0.5  # between two looks for a signal
LOCKED_SECONDS = 2.0  # between attempts to open a library that another program has open


def add_serve(commands: Any) -> None:
    """Add the command `serve`."""
    serve = add_command(
        commands,
        "serve",
        tr("keep the library open without a window, for other programs"),
        more=tr(
            "It indexes what changes and answers `findling search` at once, until Ctrl+C or `findling quit`. It makes "
            "way for the window."
        ),
    )
    serve.add_argument(
        "--wait", action="store_true", help=tr("while another Findling has the library open, wait until it is closed")
    )
    serve.add_argument(
        "--listen",
        metavar=tr("ADDRESS:PORT"),
        help=tr("also answer other computers, reading only, over TLS; needs a certificate, its key, and tokens"),
    )
    file = tr("FILE")
    serve.add_argument("--certificate", type=Path, metavar=file, help=tr("the certificate of this computer (PEM)"))
    serve.add_argument("--key", type=Path, metavar=file, help=tr("the key of the certificate (PEM)"))
    serve.add_argument(
        "--token-file", type=Path, metavar=file, help=tr("the token that must be sent; made if the file is missing")
    )
    serve.add_argument(
        "--users", type=Path, metavar=file, help=tr("tokens of several people; each finds only what they may read")
    )
    serve.add_argument(
        "--add-user", metavar=tr("NAME"), help=tr("print a new token for a user of this computer, and exit")
    )
    serve.add_argument(
        "--issuer", metavar=tr("URL"), help=tr("also know people by this sign-in service (OpenID Connect)")
    )
    serve.add_argument(
        "--client-id", metavar=tr("NAME"), help=tr("the name that the sign-in service knows Findling by")
    )
    serve.add_argument(
        "--user-claim",
        metavar=tr("NAME"),
        help=tr("what the sign-in service calls a user of this computer (default: preferred_username)"),
    )
    serve.add_argument("--unit", action="store_true", help=tr("only print a unit for systemd that runs it at login"))


def run_serve(arguments: argparse.Namespace) -> int:
    """Run `findling serve` until a signal or a request ends it."""
    if arguments.unit:
        print(_unit(arguments.library), end="")
        return DONE
    if arguments.add_user is not None:
        return _add_user(arguments)
    ended, way = threading.Event(), threading.Event()
    passed, remote = inherited(arguments.library), _remote_access(arguments)
    with _signals(ended):
        while not ended.is_set():
            control, passed = ControlSocket(arguments.library, passed), None
            try:
                _serve(control, arguments.library, remote, ended, way)
            except LibraryLockedError:
                if not arguments.wait:
                    raise
            if way.is_set() and not arguments.wait:
                break
            ended.wait(WAY_SECONDS if way.is_set() else LOCKED_SECONDS)
            way.clear()
    return DONE


def _serve(
    control: ControlSocket, root: Path, remote: RemoteAccess | None, ended: threading.Event, way: threading.Event
) -> None:
    """Answer until the program is to end, or to make way for a window."""
    stopped = threading.Event()

    def end(event: threading.Event, _request: NoValue) -> dict[str, Any]:
        event.set()
        stopped.set()
        return {}

    ends = (
        Operation("quit", "Quit Findling.", partial(end, ended)),
        Operation("make_way", "Close the library, for a window that is about to open it.", partial(end, way)),
    )
    control.register(*ends)  # first: whoever reaches it may end it
    try:
        opening = StepLine(sys.stderr)
        with (
            Library.open(root, watch=True, tell=opening.show, control=control) as library,
            registered(control, library),
            ExitStack() as served,
        ):
            opening.end()
            served.enter_context(_reachable(control, library, remote))
            folder = single_line(str(library.root))
            print(tr("Findling answers for the library in {folder}.", folder=folder), file=sys.stderr, flush=True)
            while not (ended.is_set() or stopped.wait(SIGNAL_SECONDS)):
                pass
    finally:
        control.close(give_way=not ended.is_set())


@contextmanager
def _reachable(control: ControlSocket, library: Library, access: RemoteAccess | None) -> Iterator[None]:
    """Answer other computers meanwhile, if that is asked for."""
    if access is None:
        yield
        return
    from core.control_socket.remote import RemoteServer

    if access.token_file is None and not library.settings.keep_rights:
        library.change_settings(replace(library.settings, keep_rights=True))
    server = RemoteServer(access, lambda: control.operations, partial(operations_for, library), person_signing_in)
    try:
        text = tr("Other computers can read at https://{address}.", address=f"{access.host}:{server.port}")
        print(text, file=sys.stderr, flush=True)
        yield
    finally:
        server.close()


def _remote_access(arguments: argparse.Namespace) -> RemoteAccess | None:
    """Where other computers are answered; raises BadInputError if that is not all that is needed."""
    if arguments.listen is None:
        return None
    host, _, port = arguments.listen.rpartition(":")
    files = (arguments.certificate, arguments.key)
    for_people = arguments.users is not None or arguments.issuer is not None
    one_kind = (arguments.token_file is None) == for_people
    if not host or not port.isdecimal() or int(port) > MAX_PORT or None in files or not one_kind:
        raise BadInputError("remote.incomplete", address=arguments.listen)
    from core.control_socket.remote import RemoteAccess

    provider = _trusted_provider(arguments)
    return RemoteAccess(host.strip("[]"), int(port), *files, arguments.token_file, arguments.users, provider)


def _trusted_provider(arguments: argparse.Namespace) -> TrustedProvider | None:
    """The sign-in service whose tokens count; raises BadInputError if that is not all that is needed."""
    if arguments.issuer is None:
        return None
    from core.control_socket.bearer import CLAIM, TrustedProvider
    from core.sign_in.web import is_secure

    if not is_secure(arguments.issuer) or not arguments.client_id:
        raise BadInputError("remote.issuer", issuer=arguments.issuer)
    return TrustedProvider(arguments.issuer, arguments.client_id, arguments.user_claim or CLAIM)


def _add_user(arguments: argparse.Namespace) -> int:
    """Print a new token of a user, which is shown nowhere again."""
    from core.control_socket.users import add_token

    if arguments.users is None:
        raise BadInputError("remote.no_users_file")
    print(add_token(arguments.users, person_named(arguments.add_user).name))
    return DONE


def _unit(library: Path) -> str:
    """A systemd user unit, see systemd.service(5)."""
    command = [*own_command(), "serve", "--wait", "--library", os.path.abspath(library)]
    return UNIT.format(command=" ".join(_in_unit(word) for word in command))


def _in_unit(word: str) -> str:
    """A word of a command line, quoted as systemd reads it."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if escaped != word or " " in word else word


@contextmanager
def _signals(ended: threading.Event) -> Iterator[None]:
    """End at SIGINT and SIGTERM."""
    before = {number: signal.signal(number, lambda *_: ended.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


SERVE = {"serve": run_serve}
