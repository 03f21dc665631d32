"""One request to a team library over TLS, with a time limit, which another thread can cancel."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from urllib.parse import urlencode

from core import connections
from core.errors import TeamLibraryError
from core.team.library import TeamLibrary

CONNECT_SECONDS = 10.0  # for each address of the host
PIECE = 1 << 16  # bytes


class TeamRequest:
    """One GET; `cancel` ends it from any thread, as does the end of its `seconds`."""

    def __init__(self, library: TeamLibrary, token: str | Callable[[], str], seconds: float) -> None:
        """A `token` that may take a moment to get is a function, which is called by `answer`."""
        self._library, self._token, self._seconds = library, token, seconds
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._ended = self._timed_out = False

    def cancel(self) -> None:
        """End the request: whoever waits for it gets a TeamLibraryError."""
        with self._lock:
            self._ended = True
            if self._socket is not None:
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)  # not that of TLS, which would read on

    @contextmanager
    def answer(self, path: str, facts: Mapping[str, object]) -> Iterator[http.client.HTTPResponse]:
        """The answer, of whatever status; what fails while it is read is a TeamLibraryError, too."""
        token = self._token if isinstance(self._token, str) else self._token()
        timer = threading.Timer(self._seconds, self._time_out)
        timer.daemon = True
        timer.start()
        library, connection = self._library, http.client.HTTPConnection(self._library.host)
        connections.record(library.host, library.port, "team_library", library.name)
        try:
            connection.sock = self._connected()
            query = urlencode({name: _encoded(value) for name, value in facts.items()})
            head = {"Connection": "close"} | ({"Authorization": f"Bearer {token}"} if token else {})
            connection.request("GET", f"{library.prefix}/v1/{path}?{query}", headers=head)
            with closing(connection.getresponse()) as answer:
                yield answer
        except (OSError, http.client.HTTPException, ValueError) as error:  # the last is what no host can be called
            raise self._problem(error) from error
        finally:
            timer.cancel()
            connection.close()

    def read(self, answer: http.client.HTTPResponse, limit: int) -> bytes:
        """The whole body, of at most `limit` bytes."""
        body = bytearray()
        while piece := answer.read1(PIECE):
            body += piece
            if len(body) > limit:
                raise http.client.HTTPException("too long")
        if self._ended:
            raise http.client.HTTPException("ended")
        library = self._library
        connections.record(library.host, library.port, "team_library", library.name, count=0, received=len(body))
        return bytes(body)

    def _connected(self) -> ssl.SSLSocket:
        """A connection to the server, whose certificate is trusted."""
        library, context = self._library, _context(self._library)
        plain = self._reached()
        try:
            secured = context.wrap_socket(plain, server_hostname=library.host)
        except BaseException:
            plain.close()
            raise
        self._track(secured)
        if library.fingerprint and _fingerprint(secured) != library.fingerprint:
            secured.close()
            raise TeamLibraryError("team.changed", name=library.name)
        return secured

    def _reached(self) -> socket.socket:
        library, problem = self._library, OSError("no address")
        for family, kind, protocol, _, address in socket.getaddrinfo(
            library.host, library.port, type=socket.SOCK_STREAM
        ):
            plain = socket.socket(family, kind, protocol)
            plain.settimeout(min(self._seconds, CONNECT_SECONDS))
            self._track(plain)
            try:
                plain.connect(address)
            except OSError as error:
                plain.close()
                problem = error
            else:
                plain.settimeout(self._seconds)
                return plain
        raise problem

    def _track(self, used: socket.socket) -> None:
        with self._lock:
            self._socket = used
            if self._ended:
                raise OSError("ended")

    def _time_out(self) -> None:
        self._timed_out = True
        self.cancel()

    def _problem(self, error: Exception) -> TeamLibraryError:
        name = self._library.name
        if isinstance(error, ssl.SSLCertVerificationError):
            return TeamLibraryError("team.untrusted", name=name, reason=error.verify_message)
        if self._timed_out or isinstance(error, TimeoutError):
            return TeamLibraryError("team.slow", name=name, seconds=self._seconds)
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return TeamLibraryError("team.unreachable", name=name, reason=reason)


def fingerprint_of(library: TeamLibrary) -> str:
    """The SHA-256 fingerprint of the certificate that the server has now, whoever signed it.

    No token is sent. Raises TeamLibraryError.
    """
    connections.record(library.host, library.port, "team_library", library.name)
    try:
        with (
            socket.create_connection((library.host, library.port), CONNECT_SECONDS) as plain,
            _unchecked().wrap_socket(plain, server_hostname=library.host) as secured,
        ):
            return _fingerprint(secured)
    except OSError as error:
        reason = error.strerror or str(error)
        raise TeamLibraryError("team.unreachable", name=library.name, reason=reason) from error


def _context(library: TeamLibrary) -> ssl.SSLContext:
    if library.fingerprint:
        return _unchecked()
    try:
        return ssl.create_default_context(cafile=library.certificate or None)
    except OSError as error:  # also ssl.SSLError: it holds no certificate
        raise TeamLibraryError("team.certificate_unreadable", path=library.certificate) from error


def _unchecked() -> ssl.SSLContext:
    """Accepts each certificate, whose fingerprint is compared before anything is sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _fingerprint(secured: ssl.SSLSocket) -> str:
    return hashlib.sha256(secured.getpeercert(binary_form=True) or b"").hexdigest()


def _encoded(value: object) -> bytes:
    """A path as the bytes that it is; of other texts, half a character is a question mark."""
    try:
        return os.fsencode(str(value))
    except UnicodeError:
        return str(value).encode(errors="replace")
