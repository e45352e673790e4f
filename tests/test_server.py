"""The embedded server: started, shared, found dead, and gone when the process is."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import textwrap
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from platformdirs import user_cache_path

from extract.errors import WeightsError
from extract.models.local import DEFAULT, LocalServer, ServerOptions, process, running
from extract.models.local.process import cores
from extract.models.local.server import _pool

if TYPE_CHECKING:
    from collections.abc import Iterator

# Speaks as the real program does, without a model; answers /slow never, to keep a request busy.
STAND_IN = """
import json, os, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

asked = json.loads(sys.stdin.readline())

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/slow":
            time.sleep(600)
        body = json.dumps(asked | {"pid": os.getpid()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(json.dumps({"address": f"http://127.0.0.1:{server.server_port}"}), flush=True)
sys.stdin.buffer.read()
os._exit(0)
"""
DEFAULT_FILE = user_cache_path("postings") / DEFAULT.filename
needs_server = pytest.mark.skipif(find_spec("xllamacpp") is None, reason="needs the local extra")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Make a file that passes for a model until someone tries to load it."""
    path = tmp_path / "tiny.gguf"
    path.write_bytes(b"GGUF" + bytes(60))
    return path


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Run a program without a model in place of the real one; end what a test left running."""
    program = tmp_path / "stand_in.py"
    program.write_text(STAND_IN)
    monkeypatch.setattr(process, "_PROGRAM", program)
    yield program
    pool = _pool(os.getpid())
    pool.close()
    pool.children.clear()
    pool.users.clear()
    pool.kept.clear()


def told(server: LocalServer) -> dict[str, object]:
    """Ask the stand-in what it was asked for."""
    connection = http.client.HTTPConnection(urlsplit(server.base_url).netloc, timeout=10)
    try:
        connection.request("GET", "/")
        answer: dict[str, object] = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    return answer


def gone(pid: object) -> bool:
    """Tell whether a process has ended and was collected."""
    try:
        os.kill(int(str(pid)), 0)
    except ProcessLookupError:
        return True
    return False


def test_a_server_has_an_address_a_key_and_a_name(model: Path, stand_in: Path) -> None:
    """What a client needs is there while it runs, and the name shows no path."""
    with LocalServer(model, ServerOptions(n_ctx=4096, threads=3)) as server:
        asked = told(server)
        assert server.base_url.startswith("http://127.0.0.1:")
        assert server.base_url.endswith("/v1")
        assert server.name == "tiny"
        assert (str(model), "tiny", 4096, 3) == tuple(
            asked[key] for key in ("path", "name", "n_ctx", "threads")
        )
        assert asked["api_key"] == server.api_key
        assert len(server.api_key) >= 32
    with pytest.raises(RuntimeError, match="not been started"):
        _ = server.base_url


def test_uses_of_one_model_share_a_server(model: Path, stand_in: Path) -> None:
    """The last user ends it; other options are another server."""
    first, second = LocalServer(model).start(), LocalServer(model).start()
    other = LocalServer(model, ServerOptions(n_ctx=1024)).start()
    pid = told(first)["pid"]
    assert told(second)["pid"] == pid
    assert told(other)["pid"] != pid
    first.stop()
    first.stop()
    assert told(second)["pid"] == pid
    second.stop()
    assert gone(pid)
    other.stop()


def test_a_kept_server_outlives_its_users(model: Path, stand_in: Path) -> None:
    """Callers that come and go find the same server again."""
    with running(model) as server:
        pid = told(server)["pid"]
    with running(model) as server:
        assert told(server)["pid"] == pid


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_a_dead_server_is_replaced(model: Path, stand_in: Path) -> None:
    """A server that was killed is started anew, for a new user and for an old one."""
    old = LocalServer(model).start()
    pid = told(old)["pid"]
    os.kill(int(str(pid)), signal.SIGKILL)
    process_handle = _pool(os.getpid()).children[(model, ServerOptions())].process
    process_handle.wait(10)
    with LocalServer(model) as new:
        assert told(new)["pid"] != pid
        assert told(old.start())["pid"] == told(new)["pid"]
    old.stop()


def test_a_server_that_dies_at_once_is_explained(model: Path, stand_in: Path) -> None:
    """The message carries the first words of the log."""
    stand_in.write_text(
        "import sys; print('0.1 E  load: bad tensor', file=sys.stderr); sys.exit(3)"
    )
    with pytest.raises(WeightsError, match=r"cannot load .*tiny\.gguf.*; load: bad tensor\)"):
        LocalServer(model).start()


def test_a_server_that_never_answers_is_given_up(model: Path, stand_in: Path) -> None:
    """Loading has a limit, and the process does not stay behind."""
    stand_in.write_text("import sys; sys.stdin.buffer.read()")
    with pytest.raises(WeightsError, match="took too long"):
        LocalServer(model, ServerOptions(load_timeout=0.2)).start()


def test_a_missing_server_package_names_the_extra(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without xllamacpp the message is the command that installs it."""
    (tmp_path / "xllamacpp.py").write_text("raise ImportError('No module named xllamacpp')")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(WeightsError, match=r"pip install 'postings\[local\]'"):
        LocalServer(model).start()


@needs_server
def test_llama_cpp_says_why_it_cannot_load(model: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The real server's reason is in the error and nothing of it on our output."""
    with pytest.raises(WeightsError, match="bad GGUF version"):
        LocalServer(model).start()
    assert capfd.readouterr() == ("", "")


ENDINGS = {
    "return": ("", 0),
    "exception": ("raise ValueError('boom')", 1),
    "exit": ("sys.exit(4)", 4),
    "ctrl-c": ("os.kill(os.getpid(), signal.SIGINT); time.sleep(600)", -signal.SIGINT),
    "terminate": ("os.kill(os.getpid(), signal.SIGTERM); time.sleep(600)", -signal.SIGTERM),
    "kill": ("os.kill(os.getpid(), 9); time.sleep(600)", -9),
}


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
@pytest.mark.parametrize("ending", ENDINGS)
def test_the_server_ends_with_its_process(ending: str, model: Path, stand_in: Path) -> None:
    """However the process ends, with a request in flight, neither it nor its server hangs."""
    code, status = ENDINGS[ending]
    program = f"""
        import http.client, os, pathlib, signal, sys, threading, time
        signal.signal(signal.SIGINT, signal.default_int_handler)
        from urllib.parse import urlsplit
        from extract.models.local import process, server
        process._PROGRAM = pathlib.Path({str(stand_in)!r})
        address = urlsplit(server.running({str(model)!r}).base_url).netloc
        busy = http.client.HTTPConnection(address)
        busy.request("GET", "/slow")
        threading.Thread(target=busy.getresponse, daemon=True).start()
        print(*[child.process.pid for child in server._pool(os.getpid()).children.values()])
        sys.stdout.flush()
        {code}
    """
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-c", textwrap.dedent(program)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == status
    # Killed outright, a process cannot wait for its server, which then ends by itself.
    pid = int(ended.stdout)
    assert any(gone(pid) or not _runs(pid) for _ in _patience())


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def _patience() -> Iterator[None]:
    for _ in range(200):
        yield
        subprocess.run([sys.executable, "-c", ""], check=True)


V1 = "fs/cgroup/cpu/cpu.cfs"
SIBLINGS = "topology/thread_siblings_list"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, 4),
        ({"fs/cgroup/cpu.max": "max 100000"}, 4),
        ({"fs/cgroup/cpu.max": "150000 100000"}, 1),
        ({"fs/cgroup/cpu.max": "50000 100000"}, 1),
        ({"fs/cgroup/cpu.max": "900000 100000"}, 4),
        ({f"{V1}_quota_us": "-1", f"{V1}_period_us": "100000"}, 4),
        ({f"{V1}_quota_us": "200000", f"{V1}_period_us": "100000"}, 2),
        ({f"devices/system/cpu/cpu{n}/{SIBLINGS}": f"{n // 2}" for n in range(4)}, 2),
    ],
)
def test_threads_are_the_cores_one_may_use(
    files: dict[str, str], expected: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither hyperthreads nor a container's missing cores are counted."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1, 2, 3}, raising=False)
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert cores(tmp_path) == expected


@needs_server
@pytest.mark.skipif(not DEFAULT_FILE.exists(), reason="needs the weights: postings model pull")
def test_the_real_model_answers(capfd: pytest.CaptureFixture[str]) -> None:
    """The default model answers under its published name, only with the key, and silently."""
    with LocalServer() as server:
        connection = http.client.HTTPConnection(urlsplit(server.base_url).netloc, timeout=120)
        body = {"messages": [{"role": "user", "content": "Say hi."}], "max_tokens": 2}
        key = {"Authorization": f"Bearer {server.api_key}", "Content-Type": "application/json"}
        answers = []
        for headers in (key, {}):
            connection.request("POST", "/v1/chat/completions", json.dumps(body), headers)
            response = connection.getresponse()
            answers.append((response.status, json.loads(response.read()).get("model")))
        connection.close()
    assert answers == [(200, DEFAULT.name), (401, None)]
    assert capfd.readouterr() == ("", "")
