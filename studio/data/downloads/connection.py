"""Opens addresses through the system's proxy, so that it can be stopped at any moment; says what is wrong."""

from __future__ import annotations

import contextlib
import http.client
import queue
import socket
import ssl
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable
from typing import Any, cast

from studio.data.dataset import DataError

TIMEOUT_S = 20.0  # without a single byte
OFFLINE_S = 3.0  # by then it is clear whether anybody answers
_POLL_S = 0.05
_AGENT = "Lantern/1 (dataset download)"

Stopped = Callable[[], bool]


class DownloadError(DataError):
    """A download that failed. `code`: "offline", "proxy", "server", "missing", "checksum", "disk-full", "
    "..."""


class Cut(Exception):
    """Somebody stopped it."""


class Line:
    """The connection of one download. `cut` may be called from any thread and ends every wait at once."""

    def __init__(self, timeout_s: float = TIMEOUT_S) -> None:
        self._timeout_s = timeout_s
        self._sockets: list[socket.socket] = []
        self._cut = threading.Event()
        self._opener = self._make_opener()

    @property
    def is_cut(self) -> bool:
        return self._cut.is_set()

    def cut(self) -> None:
        self._cut.set()
        for used in list(self._sockets):
            with contextlib.suppress(OSError):
                used.shutdown(socket.SHUT_RDWR)

    def wait(self, seconds: float) -> None:
        """Raises: Cut."""
        if self._cut.wait(seconds):
            raise Cut

    def open(self, url: str, start: int = 0) -> http.client.HTTPResponse:
        """The answer from byte `start` on, if the server can do that. Raises: OSError and its kin, Cut."""
        headers = {"User-Agent": _AGENT, "Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        request = urllib.request.Request(url, headers=headers)
        if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
            raise DownloadError(f"“{url}” is no address on the web.", "server")
        return cast(
            http.client.HTTPResponse, self._away(lambda: self._opener.open(request, timeout=self._timeout_s))
        )

    def _away(self, work: Callable[[], object]) -> object:
        """Does it in a thread of its own: looking up a name cannot be interrupted in any other way."""
        answers: queue.SimpleQueue[tuple[object, BaseException | None]] = queue.SimpleQueue()

        def run() -> None:
            try:
                answers.put((work(), None))
            except BaseException as error:  # noqa: BLE001  it is raised again where it is waited for
                answers.put((None, error))

        threading.Thread(target=run, name="connecting", daemon=True).start()
        while True:
            if self.is_cut:
                raise Cut
            with contextlib.suppress(queue.Empty):
                answer, error = answers.get(timeout=_POLL_S)
                if error is not None:
                    raise Cut if self.is_cut else error
                return answer

    def _make_opener(self) -> urllib.request.OpenerDirector:
        """Only what the web needs: no files, no FTP, no data addresses."""
        opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(), urllib.request.UnknownHandler(), _Http(self), _Https(self),
            urllib.request.HTTPDefaultErrorHandler(), _Redirects(), urllib.request.HTTPErrorProcessor(),
        ):  # fmt: skip
            opener.add_handler(handler)
        return opener

    def remember(self, used: socket.socket) -> None:
        self._sockets.append(used)
        if self.is_cut:
            self.cut()


class _Redirects(urllib.request.HTTPRedirectHandler):
    """To other web addresses only."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        if urllib.parse.urlsplit(newurl).scheme not in ("http", "https"):
            raise DownloadError("The server sends to an address that is not on the web.", "server")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Http(urllib.request.HTTPHandler):
    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_tracked(http.client.HTTPConnection, self._line), req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, line: Line) -> None:
        super().__init__(context=ssl.create_default_context())
        self._line = line

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        made = _tracked(http.client.HTTPSConnection, self._line)
        return self.do_open(made, req, context=self._context)  # type: ignore[attr-defined]


def _tracked(kind: type[http.client.HTTPConnection], line: Line) -> Callable[..., http.client.HTTPConnection]:
    """Makes connections whose sockets the line can cut."""

    def make(host: str, **settings: Any) -> http.client.HTTPConnection:
        connection = kind(host, **settings)
        connect = connection.connect

        def connect_and_tell() -> None:
            connect()
            if connection.sock is not None:
                line.remember(connection.sock)

        connection.connect = connect_and_tell  # type: ignore[method-assign]
        return connection

    return make


def anybody_answers(urls: Iterable[str], line: Line, within_s: float = OFFLINE_S) -> bool:
    """Whether one of the servers, or the proxy before it, takes a connection. Raises Cut."""
    doors = {_door(url) for url in urls}
    answers: queue.SimpleQueue[bool] = queue.SimpleQueue()

    def knock(host: str, port: int) -> None:
        try:
            socket.create_connection((host, port), timeout=within_s).close()
            answers.put(True)
        except OSError:
            answers.put(False)

    for host, port in doors:
        threading.Thread(target=knock, args=(host, port), name="knocking", daemon=True).start()
    waited, said_no = 0.0, 0
    while waited < within_s and said_no < len(doors):
        if line.is_cut:
            raise Cut
        try:
            if answers.get(timeout=_POLL_S):
                return True
            said_no += 1
        except queue.Empty:
            waited += _POLL_S
    return False


def _door(url: str) -> tuple[str, int]:
    """The host and port that a request for this address connects to first."""
    parts = urllib.parse.urlsplit(url)
    proxies = urllib.request.getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if proxy and not urllib.request.proxy_bypass(parts.hostname or ""):
        via = urllib.parse.urlsplit(proxy if "//" in proxy else f"//{proxy}")
        if via.hostname:
            return via.hostname, via.port or 80
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def in_words(error: BaseException, url: str) -> DownloadError:
    """What went wrong with an address, in a sentence without the way out."""
    host = urllib.parse.urlsplit(url).hostname or url
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(error, DownloadError):
        return error
    if isinstance(error, urllib.error.HTTPError):
        return _status_in_words(error.code, host)
    if isinstance(reason, ssl.SSLCertVerificationError):
        return DownloadError(
            f"The connection to “{host}” is not trusted: the network looks into it, or the computer's clock "
            "is wrong.", "server"
        )  # fmt: skip
    if isinstance(reason, socket.gaierror):
        return DownloadError(
            f"The name “{host}” cannot be looked up: there seems to be no network.", "offline"
        )
    if isinstance(reason, TimeoutError):
        return DownloadError(f"“{host}” does not answer.", "server")
    if isinstance(reason, ConnectionRefusedError):
        return DownloadError(f"“{host}” takes no connections.", "server")
    if isinstance(reason, OSError) and "Tunnel connection failed" in str(reason):
        code = next((int(word) for word in str(reason).split() if word.isdigit()), 0)
        return _status_in_words(code, host, "The proxy ")
    return DownloadError(f"The connection to “{host}” broke off.", "server")


def _status_in_words(code: int, host: str, who: str = "") -> DownloadError:
    if 300 <= code < 400:  # urllib's own refusal: to a file, or in circles
        return DownloadError(f"“{host}” sends in circles, or to an address that is not on the web.", "server")
    if code == 407:
        return DownloadError(
            "The proxy asks for a user name and a password. Set HTTPS_PROXY to "
            "http://name:password@proxy:port and start Lantern again.", "proxy"
        )  # fmt: skip
    if code in (404, 410):
        return DownloadError(f"“{host}” does not have the file any more.", "missing")
    if code in (401, 403, 451):
        return DownloadError(f"{who or f'“{host}” '}does not allow the download.".strip(), "server")
    if code == 429:
        return DownloadError(f"“{host}” has too much to do just now. Try again later.", "server")
    return DownloadError(f"{who or f'“{host}” '}reports an error ({code}).".strip(), "server")
