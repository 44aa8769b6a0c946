"""JupyterLab's own files, sent compressed by the proxy of a class, once for everybody.

A first page is 8.7 MB, and thirty laptops ask for it over one Wi-Fi. Almost all of it are files of the
installation, the same for everybody and no secret: the proxy sends them itself, compressed once, and no
participant's server works for them. Whatever it does not find in its list goes to the servers as before.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import importlib.util
import mimetypes
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.routing import Matcher, Rule
from tornado.web import Application, GZipContentEncoding, OutputTransform, RequestHandler

__all__ = ["SharedFile", "send_compressed", "shared_files"]

_TEXT = {".css", ".js", ".json", ".svg"}
_DATA = {"application/json", "image/svg+xml", "text/css"}
_SMALL = 1024  # bytes; less is not worth it
_PLACE = re.compile(r"/user/[^/]+/((?:static|lab/extensions)/.+)|/(hub/static/.+)")
_FOREVER = "static/lab/"  # names that change with their content; JupyterLab's server says so too
# Such a file may be a worker, which obeys the policy that came with it: to load from this server alone.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; object-src 'none'; base-uri 'self'; frame-ancestors 'self'"
)


@dataclass(frozen=True)
class SharedFile:
    """A file of the installation as it was when it was compressed.

    Parameters
    ----------
    stamp : tuple of int
        Time and size of the plain file.
    content : bytes
        The file, compressed by gzip.
    etag : str
        Names this content, compressed as it is.
    """

    stamp: tuple[int, int]
    content: bytes
    etag: str


def shared_files(prefix: Path = Path(sys.prefix)) -> dict[str, Path]:
    """Return the files of this installation by what stands in an address behind the person's name.

    Parameters
    ----------
    prefix : path
        The environment.

    Returns
    -------
    dict of str to path
        Text of more than a kilobyte alone. A request is looked up here and is never made into a path, so that
        nothing else can be reached.
    """
    files: dict[str, Path] = {}
    for place, folder in _folders(prefix):
        for path in sorted(folder.rglob("*")):
            if path.suffix in _TEXT and path.is_file() and path.stat().st_size > _SMALL:
                files.setdefault(place + path.relative_to(folder).as_posix(), path)
    return files


def _folders(prefix: Path) -> Iterator[tuple[str, Path]]:
    share = prefix / "share"
    yield "static/lab/", share / "jupyter" / "lab" / "static"
    yield "lab/extensions/", share / "jupyter" / "labextensions"
    yield "hub/static/", share / "jupyterhub" / "static"
    for package, place in (("jupyter_server", "static/"), ("bordercourse.desk.home", "lab/extensions/")):
        found = importlib.util.find_spec(package)
        if found is not None and found.origin:
            yield place, Path(found.origin).parent / ("static" if place == "static/" else "lab")


def send_compressed(app: Application, files: Mapping[str, Path]) -> None:
    """Let a proxy send these files itself, and compress what texts its servers give.

    Parameters
    ----------
    app : tornado.web.Application
        The proxy, as browsers see it.
    files : mapping of str to path
        From `shared_files`.
    """
    shelf = _Shelf(files)
    app.add_handlers(".*", [Rule(_OnShelf(shelf), _SendFile, {"shelf": shelf})])
    app.add_transform(_CompressedData)


class _Shelf:
    """The files, each compressed when it is asked for first."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self.files = files
        self._ready: dict[str, SharedFile] = {}
        self._at_work: dict[str, asyncio.Task[SharedFile]] = {}

    async def get(self, place: str) -> SharedFile:
        """Return a file as it is now; thirty who ask at once wait for the same work."""
        path = self.files[place]
        known = self._ready.get(place)
        if known is not None and known.stamp == _stamp(path):
            return known
        if place not in self._at_work:
            self._at_work[place] = asyncio.create_task(asyncio.to_thread(_compressed, path))
        try:
            self._ready[place] = await self._at_work[place]
        finally:
            self._at_work.pop(place, None)
        return self._ready[place]


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


def _compressed(path: Path) -> SharedFile:
    stamp = _stamp(path)
    content = gzip.compress(path.read_bytes(), 9, mtime=0)
    return SharedFile(stamp, content, f'"{hashlib.sha256(content).hexdigest()}"')


class _OnShelf(Matcher):
    """Requests that the shelf can answer; all others go on to the proxy."""

    def __init__(self, shelf: _Shelf) -> None:
        self._shelf = shelf

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        found = _PLACE.fullmatch(request.path)
        if found is None or request.method not in ("GET", "HEAD"):
            return None
        # Part of a file means part of the plain one, which the servers send.
        if not _takes_gzip(request.headers) or "Range" in request.headers:
            return None
        place = found[1] or found[2]
        path = self._shelf.files.get(place)
        if path is None or not os.path.isfile(path):
            return None
        return {"path_args": [place]}


def _takes_gzip(headers: HTTPHeaders) -> bool:
    """Tell whether a browser takes gzip (RFC 9110, section 12.5.3)."""
    for one in headers.get("Accept-Encoding", "").lower().split(","):
        name, _semicolon, weight = one.replace(" ", "").partition(";q=")
        if name == "gzip":
            return not weight or weight.strip("0.") != ""
    return False


class _SendFile(RequestHandler):
    """Sends one file of the shelf."""

    _shelf: _Shelf
    _etag = ""

    def initialize(self, shelf: _Shelf) -> None:
        self._shelf = shelf

    async def get(self, place: str) -> None:
        file = await self._shelf.get(place)
        self._etag = file.etag
        self.set_header("Content-Type", mimetypes.guess_type(place)[0] or "text/plain")
        self.set_header("Content-Encoding", "gzip")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Content-Security-Policy", _POLICY)
        if place.startswith(_FOREVER):
            self.set_header("Cache-Control", "public, max-age=31536000, immutable")
        elif place.startswith("hub/") and "v" in self.request.arguments:
            self.set_header("Cache-Control", "max-age=315360000")
        else:
            self.set_header("Cache-Control", "no-cache")
        self.finish(file.content)

    head = get  # tornado leaves the content out

    def compute_etag(self) -> str | None:
        return self._etag or None


class _CompressedData(OutputTransform):
    """Compresses what a participant's server sends of settings, notebooks and pictures.

    Not its pages: they hold what lets a person in, and how well they shrink could tell a part of it to who
    watches an encrypted line (breachattack.com).
    """

    def __init__(self, request: HTTPServerRequest) -> None:
        super().__init__(request)
        self._request = request
        self._gzip: OutputTransform = GZipContentEncoding(request)

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        kind = headers.get("Content-Type", "").partition(";")[0]
        already = "Content-Encoding" in headers
        if already or kind not in _DATA:
            self._gzip = OutputTransform(self._request)  # passes all on as it is
            headers["Vary"] = ", ".join(filter(None, [headers.get("Vary"), "Accept-Encoding"]))
        sent = self._gzip.transform_first_chunk(status_code, headers, chunk, finishing)
        etag = headers.get("Etag", "")
        if not already and "Content-Encoding" in headers and etag.startswith('"'):
            headers["Etag"] = f"W/{etag}"  # the same text in another coding (RFC 9110, section 8.8.3)
        return sent

    def transform_chunk(self, chunk: bytes, finishing: bool) -> bytes:
        return self._gzip.transform_chunk(chunk, finishing)
