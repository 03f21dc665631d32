"""The API over TCP, for other computers: reading only, with TLS and tokens; off unless it is asked for."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import hmac
import json
import os
import secrets
import ssl
import stat
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.server import ServerState

from core.control_socket.app import ControlApp, refusal
from core.control_socket.bearer import (
    FORBIDDEN,
    UNAUTHORIZED,
    UNAVAILABLE,
    SignedTokens,
    TokenRefusedError,
    TrustedProvider,
)
from core.control_socket.operation import NoValue, Operation
from core.control_socket.users import UserTokens
from core.errors import BadInputError
from core.limited_http import LimitedConnection, quiet_config
from core.sign_in import Provider

WORKERS = 4
BACKLOG = 64  # connections at a time, and that wait to be accepted
MIN_TOKEN = 16  # characters
START_SECONDS = 10.0
HANDSHAKE_SECONDS = 10.0
SCHEME = "Bearer "
REFUSALS = {UNAUTHORIZED: "unauthorized", FORBIDDEN: "forbidden", UNAVAILABLE: "sign_in"}  # codes by status
SIGN_IN = "sign-in"  # the operation that needs no token

Operations = Mapping[tuple[str, str], Operation]


@dataclass(frozen=True, slots=True)
class RemoteAccess:
    """Where to listen, and the files of the certificate, its key, and the token that clients must send.

    With a `users_file` or a `provider` instead of a `token_file` each client has a token of its own, and sees what its
    person may read.
    """

    host: str
    port: int
    certificate: Path
    key: Path
    token_file: Path | None = None
    users_file: Path | None = None
    provider: TrustedProvider | None = None


class TokenCheck:
    """Refuses requests without `Authorization: Bearer TOKEN`; others go to the application of this token.

    `public` answers where to sign in, to anybody.
    """

    def __init__(self, app_of: Callable[[str], Awaitable[ASGIApp]], public: ASGIApp) -> None:
        self._app_of, self._public = app_of, public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") == f"/v1/{SIGN_IN}":
            await self._public(scope, receive, send)
            return
        given = Headers(scope=scope).getlist("authorization")
        token = given[0].removeprefix(SCHEME) if len(given) == 1 and given[0].startswith(SCHEME) else ""
        try:
            app = await self._app_of(os.fsdecode(token.encode("latin-1")))
        except TokenRefusedError as error:
            await _refused(error, has_token=bool(token))(scope, receive, send)
        else:
            await app(scope, receive, send)


def _refused(error: TokenRefusedError, *, has_token: bool) -> Response:
    """The answer to a token that does not count (RFC 6750, 3)."""
    body = json.dumps(refusal(REFUSALS[error.status], error.sentence, error.remedy))
    detail = ' error="invalid_token"' if has_token else ""
    headers = {"WWW-Authenticate": f"Bearer{detail}"} if error.status == UNAUTHORIZED else {}
    return Response(body, error.status, headers, media_type="application/json")


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
        person_signing_in: Callable[[str], object] = lambda _name: None,
    ) -> None:
        """`operations_for` returns what a user with a name may ask; who has the token of the `token_file` may ask all.

        `person_signing_in` raises FindlingError for a name of the `provider` that is no person here.
        """
        self._person_signing_in = person_signing_in
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
        self._signed = (
            None if access.provider is None else SignedTokens(access.provider, self._person_signing_in, workers)
        )
        public = {("GET", SIGN_IN): _sign_in(access.provider)} if access.provider is not None else {}
        app = TokenCheck(partial(self._app_of, workers, public), ControlApp(lambda: public, workers, self._ended))
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

    async def _app_of(self, workers: ThreadPoolExecutor, public: Operations, token: str) -> ASGIApp:
        """What answers whoever sends a token, "" for none. Raises TokenRefusedError for a wrong one."""
        if self._token is not None and hmac.compare_digest(os.fsencode(token), self._token.encode()):
            return self._apps.setdefault("", ControlApp(self._reading, workers, self._ended))
        name = await self._name_of(token)
        if name not in self._apps:
            mine: Operations = {**public, **{(each.method, each.path): each for each in self._operations_for(name)}}
            self._apps[name] = ControlApp(lambda: mine, workers, self._ended)
        return self._apps[name]

    async def _name_of(self, token: str) -> str:
        """The user with a token of the file, or of the provider. Raises TokenRefusedError."""
        found = None if self._users is None else self._users.name_of(token)
        if found is not None:
            return found
        if self._signed is None or not token:
            raise TokenRefusedError(UNAUTHORIZED, "bearer.missing")
        return await self._signed.name_of(token)

    def _reading(self) -> Operations:
        """What changes nothing."""
        operations = self._operations()
        if self._known is None or self._known[0] is not operations:
            chosen = {key: each for key, each in operations.items() if each.method == "GET"}
            self._known = operations, chosen
        return self._known[1]

    _known: tuple[Operations, Operations] | None = None
    _signed: SignedTokens | None = None


def _sign_in(trusted: TrustedProvider) -> Operation:
    """What tells a client where to sign in."""
    provider = dataclasses.asdict(Provider(trusted.issuer, trusted.client_id))

    def answer(_request: NoValue) -> dict[str, str]:
        return provider

    return Operation(SIGN_IN, "Where to sign in. Needs no token.", answer, response=Provider, method="GET")


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
