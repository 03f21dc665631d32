"""The API over TCP, for other computers: reading only, with TLS and tokens; off unless it is asked for."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import os
import secrets
import ssl
import stat
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.server import ServerState

from core.control_socket.app import ControlApp, refusal
from core.control_socket.operation import Operation
from core.control_socket.users import UserTokens
from core.errors import BadInputError
from core.limited_http import LimitedConnection, quiet_config

WORKERS = 4
BACKLOG = 64  # connections at a time, and that wait to be accepted
MIN_TOKEN = 16  # characters
START_SECONDS = 10.0
HANDSHAKE_SECONDS = 10.0
SCHEME = b"Bearer "

Operations = Mapping[tuple[str, str], Operation]


@dataclass(frozen=True, slots=True)
class RemoteAccess:
    """Where to listen, and the files of the certificate, its key, and the token that clients must send.

    With a `users_file` instead of a `token_file` each client has a token of its own, and sees what its person may read.
    """

    host: str
    port: int
    certificate: Path
    key: Path
    token_file: Path | None = None
    users_file: Path | None = None


class TokenCheck:
    """Answers 401 to requests without `Authorization: Bearer TOKEN`; others go to the application of this token."""

    def __init__(self, app_of: Callable[[str], ASGIApp | None]) -> None:
        self._app_of = app_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = [value for name, value in scope.get("headers", ()) if name == b"authorization"]
        token = given[0].removeprefix(SCHEME) if len(given) == 1 and given[0].startswith(SCHEME) else b""
        app = self._app_of(os.fsdecode(token)) if token else None
        if app is not None:
            await app(scope, receive, send)
            return
        body = json.dumps(refusal("unauthorized", "The token is missing or wrong."))
        await Response(body, 401, media_type="application/json")(scope, receive, send)


class RemoteConnection(LimitedConnection):
    """One connection over TLS."""

    max_connections = BACKLOG

    def refusal(self, message: str) -> bytes:
        return json.dumps(refusal("bad_request", message)).encode() + b"\n"


class RemoteServer:
    """Serves on a thread of its own until it is closed. Raises BadInputError where it cannot."""

    def __init__(
        self,
        access: RemoteAccess,
        operations: Callable[[], Operations],
        operations_for: Callable[[str], Sequence[Operation]] = lambda _name: (),
    ) -> None:
        """`operations_for` returns what a user with a name of the `users_file` may ask, all of `operations` else."""
        self._operations, self._operations_for = operations, operations_for
        self._token = None if access.token_file is None else _token(access.token_file)
        self._users = None if access.users_file is None else UserTokens(access.users_file)
        self._apps: dict[str, ASGIApp] = {}
        self._tls = _tls(access)
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        self._started = threading.Event()
        self._problem: OSError | None = None
        self.port = access.port
        self._thread = threading.Thread(target=self._run, args=(access,), name="listen", daemon=True)
        self._thread.start()
        self._started.wait(START_SECONDS)
        if self._problem is not None:
            self._thread.join()
            detail = self._problem.strerror or str(self._problem)
            raise BadInputError("remote.cannot_listen", host=access.host, port=access.port, detail=detail)

    def close(self) -> None:
        """Stop answering."""
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    def _run(self, access: RemoteAccess) -> None:
        try:
            self._loop.run_until_complete(self._serve(access))
        except OSError as error:
            self._problem = error
        finally:
            self._started.set()
            self._loop.close()

    async def _serve(self, access: RemoteAccess) -> None:
        workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="listen")
        app = TokenCheck(lambda token: self._app_of(token, workers))
        config, state = quiet_config(app, RemoteConnection), ServerState()
        server = await self._loop.create_server(
            lambda: RemoteConnection(config, state, self._loop),
            access.host,
            access.port,
            ssl=self._tls,
            backlog=BACKLOG,
            ssl_handshake_timeout=HANDSHAKE_SECONDS,
        )
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        await self._ended.wait()
        server.close()
        for connection in tuple(state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)
        workers.shutdown(wait=False, cancel_futures=True)

    def _app_of(self, token: str, workers: ThreadPoolExecutor) -> ASGIApp | None:
        """What answers whoever sends a token; None for a wrong one."""
        operations: Callable[[], Operations]
        if self._token is not None and hmac.compare_digest(os.fsencode(token), self._token.encode()):
            name, operations = "", self._reading
        elif self._users is not None and (found := self._users.name_of(token)) is not None:
            mine: Operations = {(each.method, each.path): each for each in self._operations_for(found)}
            name, operations = found, lambda: mine
        else:
            return None
        if name not in self._apps:
            self._apps[name] = ControlApp(operations, workers, self._ended)
        return self._apps[name]

    def _reading(self) -> Operations:
        """What changes nothing."""
        operations = self._operations()
        if self._known is None or self._known[0] is not operations:
            chosen = {key: each for key, each in operations.items() if each.method == "GET"}
            self._known = operations, chosen
        return self._known[1]

    _known: tuple[Operations, Operations] | None = None


def _token(file: Path) -> str:
    """The token in a file that only this user can read; one is made where the file is missing."""
    try:
        with contextlib.suppress(FileNotFoundError):
            if stat.S_IMODE(file.stat().st_mode) & 0o077:
                raise BadInputError("remote.token_readable", path=file)
            token = file.read_text(encoding="ascii").strip()
            if len(token) < MIN_TOKEN:
                raise BadInputError("remote.token_short", path=file, length=MIN_TOKEN)
            return token
        token = secrets.token_urlsafe(32)
        file.touch(mode=0o600, exist_ok=False)
        file.write_text(f"{token}\n", encoding="ascii")
    except (OSError, ValueError) as error:
        raise BadInputError("remote.token_unreadable", path=file) from error
    return token


def _tls(access: RemoteAccess) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(access.certificate, access.key)
    except (OSError, ssl.SSLError) as error:
        raise BadInputError("remote.no_certificate", certificate=access.certificate, key=access.key) from error
    return context
