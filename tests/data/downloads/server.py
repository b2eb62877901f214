"""A web server and a proxy on this computer, with the troubles of real ones on request."""

from __future__ import annotations

import http.client
import re
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Site:
    """What the server has and how it behaves; tests change it while it runs.

    `cut_after`: bytes after which the connection breaks, one number a request, then never again.
    `statuses`: answers in place of the file, one a request. `gate`: the server sends `gate_at` bytes, then
    waits until the gate opens.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    ranges: bool = True
    cut_after: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    redirects: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/octet-stream"
    gate: threading.Event | None = None
    gate_at: int = 0
    waiting: threading.Event = field(default_factory=threading.Event)
    requests: list[tuple[str, str]] = field(default_factory=list)  # path, Range
    url: str = ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def site(self) -> Site:
        return self.server.site  # type: ignore[attr-defined]

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        site, path = self.site, urllib.parse.urlsplit(self.path).path
        site.requests.append((path, self.headers.get("Range", "")))
        if path in site.redirects:
            self._head(302, {"Location": site.redirects[path], "Content-Length": "0"})
            return
        if site.statuses:
            self._head(site.statuses.pop(0), {"Content-Length": "0"})
            return
        data = site.files.get(path)
        if data is None:
            self._head(404, {"Content-Length": "0"})
            return
        found = re.match(r"bytes=(\d+)-", self.headers.get("Range", "")) if site.ranges else None
        start = int(found.group(1)) if found else 0
        if found and start >= len(data):
            self._head(416, {"Content-Length": "0"})
            return
        headers = {"Content-Type": site.content_type, "Content-Length": str(len(data) - start)}
        if found:
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        self._head(206 if found else 200, headers)
        self._send(data[start:])

    def _send(self, data: bytes) -> None:
        site = self.site
        try:
            if site.cut_after:
                self.wfile.write(data[: site.cut_after.pop(0)])
                self.close_connection = True
                return
            if site.gate is not None:
                self.wfile.write(data[: site.gate_at])
                self.wfile.flush()
                site.waiting.set()
                site.gate.wait(20)
                data = data[site.gate_at :]
            self.wfile.write(data)
        except OSError:
            pass  # the other side has gone

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


class _Proxy(BaseHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.server.seen.append(self.path)  # type: ignore[attr-defined]
        if self.server.refuses:  # type: ignore[attr-defined]
            self.send_error(407)
            return
        parts = urllib.parse.urlsplit(self.path)
        onward = http.client.HTTPConnection("127.0.0.1", self.server.behind)  # type: ignore[attr-defined]
        onward.request("GET", parts.path, headers={"Host": parts.netloc})
        answer = onward.getresponse()
        body = answer.read()
        onward.close()
        self.send_response(answer.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    """The site on a free port, until the end of the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.site = site  # type: ignore[attr-defined]
    with _running(server):
        site.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield site
        if site.gate is not None:
            site.gate.set()


@contextmanager
def proxying(behind: Site, refuses: bool = False) -> Iterator[tuple[str, list[str]]]:
    """The proxy's address, and the addresses that were asked of it; all lead to the site."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Proxy)
    seen: list[str] = []
    server.seen, server.refuses = seen, refuses  # type: ignore[attr-defined]
    server.behind = urllib.parse.urlsplit(behind.url).port  # type: ignore[attr-defined]
    with _running(server):
        yield f"http://127.0.0.1:{server.server_address[1]}", seen


@contextmanager
def _running(server: ThreadingHTTPServer) -> Iterator[None]:
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def closed_port() -> int:
    """A port that nobody listens on."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.server_close()
    return int(server.server_address[1])
