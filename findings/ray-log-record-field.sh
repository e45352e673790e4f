#!/usr/bin/env bash
# Ray 2.60.0 with ecs-logging 2.3.0 and JSON-log-formatter 1.2.1: `import ray` replaces the process's factory of log
# records. From then on every record of every logger has an attribute of Ray's, and these formatters write it, as they
# write all extra attributes, into the logs of programs that never log through Ray.
#
# Guess: importing a package changes the records of its own loggers at most.
# Seen (python 3.11, Linux):
#   ecs-logging: new after import ray: _ray_timestamp_ns
#   JSON-log-formatter: new after import ray: _ray_timestamp_ns
# python-json-logger 4.2.0 leaves out names that begin with a low line, and so this one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ray==2.60.0 ecs-logging==2.3.0 JSON-log-formatter==1.2.1 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
import io
import json
import logging

from ecs_logging import StdlibFormatter
from json_log_formatter import JSONFormatter

logger = logging.getLogger("of.our.own")
logger.setLevel(logging.INFO)
written = {}
for name, formatter in (("ecs-logging", StdlibFormatter()), ("JSON-log-formatter", JSONFormatter())):
    written[name] = io.StringIO()
    handler = logging.StreamHandler(written[name])
    handler.setFormatter(formatter)
    logger.addHandler(handler)

logger.info("done", extra={"document": "1"})
import ray  # noqa: E402, F401 - what it does is shown

logger.info("done", extra={"document": "1"})
for name, lines in written.items():
    before, after = map(json.loads, lines.getvalue().splitlines())
    new = sorted(after.keys() - before.keys())
    print(f"{name}: new after import ray: {', '.join(new)}")
    assert new == ["_ray_timestamp_ns"], "changed"
PYTHON
