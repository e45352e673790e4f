#!/usr/bin/env bash
# Ray Data 2.60.0: read_json makes a datetime of a text that looks like a date, but only where all texts of that
# column in the same file do. So a column of one Dataset holds datetimes from one file and texts from another, and
# one more row in a file changes the type of the rows before it.
#
# Guess: a JSON string is read as a string, whatever the other rows hold.
# Seen (python 3.11, Linux):
#   all dates: datetime, datetime
#   a date and "today": str, str
#   a date and null: NoneType, datetime
#   two files, of a date and of "today": datetime, str
# An id or a version such as "2026-02-03" is another text after str(), depending on its neighbours.
# ray.data.read_text and json.loads keep the texts.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'ray[data]==2.60.0' numpy==2.4.6 pandas==3.1.1 pyarrow==26.0.1 2>/dev/null
"$folder/venv/bin/python" - "$folder" 2>"$folder/log" <<'PYTHON' || { tail -n 20 "$folder/log"; exit 1; }
import json
import sys
from pathlib import Path

import ray


def file_of(name, *values):
    """Write one JSON line for each value, and return the file's path."""
    path = Path(sys.argv[1], f"{name}.jsonl")
    path.write_text("".join(json.dumps({"x": value}) + "\n" for value in values))
    return str(path)


date = "2026-02-03"
files = {
    "all dates": [file_of("dates", date, "2026-02-04")],
    'a date and "today"': [file_of("mixed", date, "today")],
    "a date and null": [file_of("null", date, None)],
    'two files, of a date and of "today"': [file_of("one", date), file_of("two", "today")],
}
ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False, object_store_memory=100_000_000)
seen = {}
for name, paths in files.items():
    rows = ray.data.read_json(paths).take_all()
    seen[name] = sorted(type(row["x"]).__name__ for row in rows)
    print(f"{name}: {', '.join(seen[name])}")
lines = ray.data.read_text(files["all dates"]).take_all()
ray.shutdown()
assert {date, "2026-02-04"} == {json.loads(line["text"])["x"] for line in lines}
assert seen == {
    "all dates": ["datetime", "datetime"],
    'a date and "today"': ["str", "str"],
    "a date and null": ["NoneType", "datetime"],
    'two files, of a date and of "today"': ["datetime", "str"],
}, "the behaviour has changed"
PYTHON
