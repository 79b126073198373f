"""Static files out of a few trusted folders, compressed once and cached by browsers.

Every file is known by name from the start, so no request ever becomes a path on disk: what is not
in the index does not exist.
"""

import asyncio
import gzip
import hashlib
import mimetypes
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from colonnade.kit.errors import NotFound

_HASHED_NAME = re.compile(r"(^|\.)[0-9a-f]{16,64}\.")
_COMPRESSIBLE = re.compile(r"text/|application/(javascript|json|xml)|image/svg|font/(ttf|otf)")
_YEAR_SECONDS = 365 * 24 * 3600
SMALLEST_COMPRESSED_BYTES = 1024


class StaticTree:
    """Serves the files beneath `folders` under their relative names.

    Args:
        folders: pairs of a prefix of the public name ('' or ending in '/') and the folder whose
            files go beneath it; for the same name the first one wins. Operator-trusted.
        cache: folder for compressed copies, made on demand.
    """

    def __init__(self, folders: Iterable[tuple[str, Path]], cache: Path) -> None:
        self._cache = cache
        self._files: dict[str, Path] = {}
        for prefix, folder in folders:
            for name, file in _walk(folder):
                self._files.setdefault(prefix + name, file)

    def find(self, name: str) -> Path:
        """The file of that public name. Raises NotFound."""
        file = self._files.get(name)
        if file is None:
            raise NotFound("There is no such file.")
        return file

    async def answer(self, request: Request, name: str) -> Response:
        """The file as an HTTP answer: 304 when the client has it, gzip when it takes that.

        Raises NotFound.
        """
        file = self.find(name)
        status = await asyncio.to_thread(_stat, file)
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        headers = _caching_headers(file.name, status)
        if _same(request.headers.get("if-none-match", ""), headers["ETag"]):
            return Response(status_code=304, headers=headers)
        if status.st_size >= SMALLEST_COMPRESSED_BYTES and _COMPRESSIBLE.match(kind):
            headers["Vary"] = "Accept-Encoding"
            if "gzip" in request.headers.get("accept-encoding", ""):
                file = await asyncio.to_thread(self._compressed, file, status)
                headers["Content-Encoding"] = "gzip"
        return FileResponse(file, headers=headers, media_type=kind)

    def _compressed(self, file: Path, status: os.stat_result) -> Path:
        """The compressed copy of `file`, written on first demand. Raises OSError."""
        identity = f"{file}\0{status.st_mtime_ns}\0{status.st_size}"
        copy = self._cache / f"{hashlib.sha256(identity.encode()).hexdigest()}.gz"
        if not copy.exists():
            self._cache.mkdir(parents=True, exist_ok=True)
            # Written aside and renamed, so that nobody is ever served half a file.
            partial = copy.with_suffix(f".{os.getpid()}-{os.urandom(4).hex()}")
            partial.write_bytes(gzip.compress(file.read_bytes(), compresslevel=9, mtime=0))
            partial.rename(copy)
        return copy


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    for parent, _, names in os.walk(folder):
        for name in names:
            file = Path(parent, name)
            yield file.relative_to(folder).as_posix(), file


def _stat(file: Path) -> os.stat_result:
    try:
        return file.stat()
    except FileNotFoundError as problem:
        raise NotFound("The file is no longer there.") from problem


def _caching_headers(name: str, status: os.stat_result) -> dict[str, str]:
    # A build's file whose name holds the hash of its content never changes; the others are asked
    # for again with their tag. None of them is anybody's secret.
    lasting = f"public, max-age={_YEAR_SECONDS}, immutable"
    return {
        "ETag": f'"{status.st_mtime_ns:x}-{status.st_size:x}"',
        "Cache-Control": lasting if _HASHED_NAME.search(name) else "public, no-cache",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def _same(sent: str, tag: str) -> bool:
    return tag in (part.strip().removeprefix("W/") for part in sent.split(","))
