"""A package `xllamacpp` without a model, for tests of what surrounds llama.cpp's server.

It answers like the real one where the embedded server's code looks: prompts are characters, a
state is the list of the tokens that the one slot holds. GET / says how it was started, GET /calls
what it was asked since, and GET /slow never answers.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from extract.models.local import LocalServer

SOURCE = """
import json, os, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

__version__ = "1.0"


class common_speculative_type:
    COMMON_SPECULATIVE_TYPE_NGRAM_SIMPLE = "simple"


def get_system_info():
    return "FAKE = 1"


def CommonParams():
    threads = SimpleNamespace(n_threads=0), SimpleNamespace(n_threads=0)
    model = SimpleNamespace(path="")
    drafts = SimpleNamespace(ngram_simple=SimpleNamespace(size_n=12, size_m=48), types=[])
    params = SimpleNamespace(model=model, speculative=drafts)
    params.cpuparams, params.cpuparams_batch = threads
    return params


class Server:
    def __init__(self, params):
        slot, calls = [], []
        started = {
            "path": params.model.path,
            "name": min(params.model_alias),
            "n_ctx": params.n_ctx,
            "threads": params.cpuparams.n_threads,
            "api_key": params.api_keys[0],
            "drafts": params.speculative.types,
            "pid": os.getpid(),
        }

        def completion(asked):
            slot[:] = asked["prompt"]
            return {"content": ""}

        def save(file):
            file.write_text(json.dumps(slot))
            return {"n_saved": len(slot), "n_written": file.stat().st_size}

        def restore(file):
            slot[:] = json.loads(file.read_bytes())
            return {"n_restored": len(slot)}

        def respond(path, asked):
            if path.startswith("/slots/0"):
                (action,) = parse_qs(urlsplit(path).query)["action"]
                calls.append(action)
                file = Path(params.slot_save_path + asked["filename"])
                return {"save": save, "restore": restore}[action](file)
            if path == "/completion":
                calls.append(len(asked["prompt"]))
                return completion(asked)
            if path == "/tokenize":
                return {"tokens": [ord(each) for each in asked["content"]]}
            said = (f"<{each['role']}>{each['content']}" for each in asked["messages"])
            return {"prompt": "".join(said)}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path == "/slow":
                    time.sleep(600)
                self.answer({"calls": calls, "slot": slot} if self.path == "/calls" else started)

            def do_POST(self):
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.answer(respond(self.path, asked))

            def answer(self, content):
                body = json.dumps(content).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.listening_address = f"http://127.0.0.1:{server.server_port}"
"""


def got(server: LocalServer, path: str = "/") -> dict[str, Any]:
    """Return what the server answers to a GET."""
    connection = http.client.HTTPConnection(urlsplit(server.base_url).netloc, timeout=10)
    try:
        connection.request("GET", path)
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    return answer


def runs(pid: int) -> bool:
    """Return whether a process is there and has not ended.

    A killed process of several threads counts as ended with the last of them: until then its
    connections are open.
    """
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
        threads = len(list(Path(f"/proc/{pid}/task").iterdir()))
    except ProcessLookupError:
        return False
    except OSError:
        return Path("/proc/self").exists() is False
    return state != "Z" or threads > 1


def ends(pid: int) -> bool:
    """Wait for the end of a process that is no child of ours, for a while."""
    for _ in range(200):
        if not runs(pid):
            return True
        subprocess.run([sys.executable, "-c", ""], check=True)
    return False
