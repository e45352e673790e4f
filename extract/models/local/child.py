"""The program the server runs in: a process of its own, started by path, never imported.

One line of JSON comes in (the parameters), one line goes out (`address` or `error`); then the
process serves until its input closes, which happens when its parent ends in whatever way.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
from typing import Any


def main() -> None:
    """Serve the model until the parent closes our input."""
    # What native code prints goes to the log; only the one line of the answer leaves by stdout.
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    asked = json.loads(sys.stdin.buffer.readline())
    try:
        server = _serve(asked)
        said = {"address": server.listening_address}
    except ImportError as error:
        said = {"missing": str(error)}
    except Exception as error:  # noqa: BLE001  # whatever it is, the parent must hear of it
        said = {"error": str(error)}
    answer.write(json.dumps(said) + "\n")
    answer.close()
    if "address" in said:
        sys.stdin.buffer.read()
    # Destroying a server with a request in flight waits for it for ever (xllamacpp 2026.10), so
    # nothing is destroyed: the process just ends.
    os._exit(0)


def _serve(asked: dict[str, Any]) -> Any:
    # An extra without types, imported late: its absence is an answer, not a crash.
    xllamacpp: Any = importlib.import_module("xllamacpp")
    params = xllamacpp.CommonParams()
    params.model.path = asked["path"]
    params.model_alias = {asked["name"]}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [asked["api_key"]]
    # No page that a browser on this machine shows may read an answer.
    params.cors_origins = "null"
    params.cors_credentials = False
    params.ui = False
    params.endpoint_slots = False
    params.verbosity = asked["verbosity"]
    params.n_ctx = asked["n_ctx"]
    params.n_parallel = 1
    params.n_batch = params.n_ubatch = asked["n_batch"]
    # Repacked weights read a prompt 25 to 30 % slower on x86-64 (AVX2, Q4_K_M), write 5 % faster.
    # On ARM repacking is what makes reading fast.
    params.no_extra_bufts = platform.machine().lower() in {"x86_64", "amd64"}
    params.cache_ram_mib = asked["cache_mib"]
    params.cpuparams.n_threads = asked["threads"]
    params.cpuparams_batch.n_threads = asked["threads"]
    return xllamacpp.Server(params)


if __name__ == "__main__":
    main()
