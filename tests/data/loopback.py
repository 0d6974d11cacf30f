"""A server of files on this computer that can go wrong as servers do, and a published set that it has."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cnnstudio.data.downloads.published import Published, Remote


@dataclass
class Server:
    """What it has by path, and how it behaves. ``asked`` are the paths and first bytes that were asked for."""

    at: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    #: it hangs up after so many bytes of each answer
    breaks_off_after: int | None = None
    #: it sends the first bytes of an answer, then nothing more until this is set
    holds: threading.Event | None = None
    knows_ranges: bool = True
    asked: list[tuple[str, int]] = field(default_factory=list)


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    """A server on a port of its own, gone afterwards."""
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            begin = int(self.headers.get("Range", "bytes=0-")[6:-1]) if server.knows_ranges else 0
            server.asked.append((self.path, begin))
            content = server.files.get(self.path)
            if content is None:
                self.send_error(404)
                return
            self.send_response(206 if begin else 200)
            if begin:
                self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
            self.send_header("Content-Length", str(len(content) - begin))
            self.end_headers()
            rest = content[begin:]
            if server.holds is not None:
                self.wfile.write(rest[: len(rest) // 2])
                self.wfile.flush()
                server.holds.wait(30)
                rest = rest[len(rest) // 2 :]
            with contextlib.suppress(ConnectionError):
                self.wfile.write(rest[: server.breaks_off_after])

        def log_message(self, *_arguments: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.at = f"http://127.0.0.1:{listening.server_port}"
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        if server.holds is not None:
            server.holds.set()
        listening.shutdown()
        thread.join()
        listening.server_close()


def remote(server: Server, name: str, content: bytes, *, inside: str = "", members: tuple[str, ...] = ()) -> Remote:
    """A file that the server has from now on."""
    server.files[f"/{name}"] = content
    return Remote(
        name,
        len(content),
        hashlib.sha256(content).hexdigest(),
        (f"{server.at}/{name}",),
        inside=inside,
        members=members,
    )


def letters(server: Server, name: str = "letters") -> Published:
    """Four IDX files of 60 and 20 pictures, 6×5, in ten classes; each file a hundred thousand bytes or fewer."""
    files = []
    for part, count in (("train", 60), ("t10k", 20)):
        pixels = bytes((place * 7 + place // 30) % 256 for place in range(count * 30))
        labels = bytes(place % 10 for place in range(count))
        for what, head, content in (
            ("images-idx3", bytes((0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 6, 0, 0, 0, 5)), pixels),
            ("labels-idx1", bytes((0, 0, 8, 1, 0, 0, 0, count)), labels),
        ):
            whole = head + content
            inside = hashlib.sha256(whole).hexdigest()
            files.append(remote(server, f"{part}-{what}-ubyte.gz", gzip.compress(whole, mtime=0), inside=inside))
    return Published(name, "Letters", "Eighty letters", tuple(files), tuple("abcdefghij"))


def packed(members: dict[str, bytes]) -> bytes:
    """A .tar.gz of these files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, content in members.items():
            about = tarfile.TarInfo(name)
            about.size = len(content)
            tar.addfile(about, io.BytesIO(content))
    return out.getvalue()
