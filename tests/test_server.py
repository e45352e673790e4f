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
from urllib.parse import urlsplit

import pytest
from platformdirs import user_cache_path

from extract.errors import WeightsError
from extract.models.local import DEFAULT, LocalServer, ServerOptions, process, running
from extract.models.local.process import cores
from tests.engine import ends, got, runs

DEFAULT_FILE = user_cache_path("postings") / DEFAULT.filename
needs_server = pytest.mark.skipif(find_spec("xllamacpp") is None, reason="needs the local extra")


def test_a_server_has_an_address_a_key_and_a_name(gguf: Path, engine: Path) -> None:
    """What a client needs is there while it runs, and the name shows no path."""
    with LocalServer(gguf, ServerOptions(n_ctx=4096, threads=3)) as server:
        asked = got(server)
        assert server.base_url.startswith("http://127.0.0.1:")
        assert server.base_url.endswith("/v1")
        assert server.name == "tiny"
        assert (str(gguf), "tiny", 4096, 3) == tuple(
            asked[key] for key in ("path", "name", "n_ctx", "threads")
        )
        assert asked["api_key"] == server.api_key
        assert len(server.api_key) >= 32
    with pytest.raises(RuntimeError, match="not been started"):
        _ = server.base_url


@pytest.mark.parametrize(("draft", "expected"), [(2, ["simple"]), (0, [])])
def test_drafts_can_be_left_out(draft: int, expected: list[str], gguf: Path, engine: Path) -> None:
    """The server proposes tokens from the prompt unless the options say not to."""
    with LocalServer(gguf, ServerOptions(draft=draft)) as server:
        assert expected == got(server)["drafts"]


def test_uses_of_one_model_share_a_server(gguf: Path, engine: Path) -> None:
    """The last user ends it; other options are another server."""
    first, second = LocalServer(gguf).start(), LocalServer(gguf).start()
    other = LocalServer(gguf, ServerOptions(n_ctx=1024)).start()
    pid = got(first)["pid"]
    assert got(second)["pid"] == pid
    assert got(other)["pid"] != pid
    first.stop()
    first.stop()
    assert got(second)["pid"] == pid
    second.stop()
    assert not runs(pid)
    other.stop()


def test_a_kept_server_outlives_its_users(gguf: Path, engine: Path) -> None:
    """Callers that come and go find the same server again."""
    with running(gguf) as server:
        pid = got(server)["pid"]
    with running(gguf) as server:
        assert got(server)["pid"] == pid


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_a_dead_server_is_replaced(gguf: Path, engine: Path) -> None:
    """A server that was killed is started anew, for a new user and for an old one."""
    old = LocalServer(gguf).start()
    pid = got(old)["pid"]
    os.kill(pid, signal.SIGKILL)
    assert ends(pid)
    with LocalServer(gguf) as new:
        assert got(new)["pid"] != pid
        assert got(old.start())["pid"] == got(new)["pid"]
    old.stop()


@pytest.fixture
def program(gguf: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run a program of the test's own in place of the server's."""
    program = gguf.with_name("program.py")
    monkeypatch.setattr(process, "PROGRAM", program)
    return program


def test_a_server_that_dies_at_once_is_explained(gguf: Path, program: Path) -> None:
    """The message carries the first words of the log."""
    program.write_text("import sys; print('0.1 E  load: bad tensor', file=sys.stderr); sys.exit(3)")
    with pytest.raises(WeightsError, match=r"cannot load .*tiny\.gguf.*; load: bad tensor\)"):
        LocalServer(gguf).start()


def test_a_server_that_never_answers_is_given_up(gguf: Path, program: Path) -> None:
    """Loading has a limit, and the process does not stay behind."""
    program.write_text("import sys; sys.stdin.buffer.read()")
    with pytest.raises(WeightsError, match="took too long"):
        LocalServer(gguf, ServerOptions(load_timeout=0.2)).start()


def test_a_missing_server_package_names_the_extra(gguf: Path, engine: Path) -> None:
    """Without xllamacpp the message is the command that installs it."""
    engine.write_text("raise ImportError('No module named xllamacpp')")
    with pytest.raises(WeightsError, match=r"pip install 'postings\[local\]'"):
        LocalServer(gguf).start()


@needs_server
def test_llama_cpp_says_why_it_cannot_load(
    gguf: Path, own_cache: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The real server's reason is in the error and nothing of it on our output."""
    with pytest.raises(WeightsError, match="bad GGUF version"):
        LocalServer(gguf).start()
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
def test_the_server_ends_with_its_process(ending: str, gguf: Path, engine: Path) -> None:
    """However the process ends, with a request in flight, neither it nor its server hangs."""
    code, status = ENDINGS[ending]
    program = f"""
        import http.client, os, signal, sys, threading, time
        signal.signal(signal.SIGINT, signal.default_int_handler)
        from urllib.parse import urlsplit
        from extract.models.local import server
        from tests.engine import got
        used = server.running({str(gguf)!r})
        address = urlsplit(used.base_url).netloc
        busy = http.client.HTTPConnection(address)
        busy.request("GET", "/slow")
        threading.Thread(target=busy.getresponse, daemon=True).start()
        print(got(used)["pid"])
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
    assert ends(int(ended.stdout))


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
