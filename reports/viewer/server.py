"""Serve the scene of a result to a browser on this machine: one field of one day whenever it is asked for.

Listens on 127.0.0.1 alone and answers requests only whose Host header names this machine, so that no page elsewhere can
read a result through a name that it points here (DNS rebinding).
"""

import sys
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

from ..page.rendering import policy, render
from ..scene.chunks import body_chunks, chunk, chunk_names
from ..scene.content import SceneContent
from ..scene.description import describe
from ..scene.markup import scene_html, scene_script, scene_style

LOOPBACK = "127.0.0.1"
NAMES = ("127.0.0.1", "localhost", "[::1]")
"""Hosts that a request may name."""
_KEPT = 256
"""Packed fields that are held."""


class SceneServer(ThreadingHTTPServer):
    """Server of one scene.

    Parameters
    ----------
    content : SceneContent
    port : int
        0 for one that is free.

    Raises
    ------
    OSError
        The port is in use.
    """

    daemon_threads = True

    def __init__(self, content: SceneContent, port: int = 0):
        self.content = content
        self.page = scene_page(content).encode()
        self.body = body_chunks(content)
        self.arms = list(content.files)
        self.known = frozenset(chunk_names(content))
        self._lock = Lock()
        self.field: Callable[[int, str, int], bytes] = lru_cache(_KEPT)(self._field)
        super().__init__((LOOPBACK, port), _Handler)

    @property
    def address(self) -> str:
        """What to open in a browser."""
        return f"http://{LOOPBACK}:{self.server_address[1]}/"

    def answer(self, path: str) -> tuple[bytes, str] | None:
        """Content and its type at a path; None where there is nothing."""
        if path == "/":
            return self.page, "text/html; charset=utf-8"
        name = path.removeprefix("/data/")
        if name == path:
            return None
        if name in self.body:
            return self.body[name], "application/octet-stream"
        number, _, rest = name.partition("-")
        field, _, day = rest.rpartition("-")
        if not (number.isdigit() and day.isdigit() and field in self.known and int(number) < len(self.arms)):
            return None
        if int(day) not in self.content.days(self.arms[int(number)]):
            return None
        return self.field(int(number), field, int(day)), "application/octet-stream"

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent about browsers that hang up; say the rest."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def _field(self, number: int, name: str, day: int) -> bytes:
        with self._lock:  # HDF5 files are read by one thread at a time
            return chunk(self.content, self.arms[number], name, [day])


def scene_page(content: SceneContent) -> str:
    """Page of a scene that fetches its numbers from where it came from."""
    meta = describe(content) | {"remote": "/data/"}
    script = scene_script()
    return render(
        "viewer.html.j2",
        title=content.subject.name,
        scene=scene_html(meta, {}),
        style=scene_style(),
        scripts=[script],
        policy=policy(script, connect="'self'"),
    )


class _Handler(BaseHTTPRequestHandler):
    """Answers GET requests that name this machine."""

    server: SceneServer  # pyright: ignore[reportIncompatibleVariableOverride]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send the page or a field."""
        if not self._is_for_us():
            self._send(
                HTTPStatus.MISDIRECTED_REQUEST, b"This viewer answers to 127.0.0.1 and localhost only.\n"
            )
            return
        found = self.server.answer(self.path)
        if found is None:
            self._send(HTTPStatus.NOT_FOUND, b"There is nothing here.\n")
            return
        content, kind = found
        self._send(HTTPStatus.OK, content, kind)

    def _is_for_us(self) -> bool:
        host = self.headers.get("Host", "")
        return host in {
            f"{name}{port}" for name in NAMES for port in ("", f":{self.server.server_address[1]}")
        }

    def _send(self, status: HTTPStatus, content: bytes, kind: str = "text/plain; charset=utf-8") -> None:
        self.send_response(status)
        for name, value in (
            ("Content-Type", kind),
            ("Content-Length", str(len(content))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""
