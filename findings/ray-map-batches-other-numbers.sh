#!/usr/bin/env bash
# Ray Data 2.60.0: map_batches with a function that returns its batch as it is changes the column, with the default
# format of batches (numpy). Where a whole number is missing, the others become floats, so a number above 2**53
# is another one afterwards, without an error or a warning. Dates become timestamps. A column without values loses its
# type, so the types of a block depend on what its rows hold.
#
# Guess: map_batches(lambda batch: batch) leaves the rows and the types of the columns as they are.
# Seen (python 3.11, Linux):
#   number, none missing: int64 -> int64, 9007199254740993 -> 9007199254740993
#   number, one missing: int64 -> double, 9007199254740993 -> 9007199254740992.0
#   date: date32[day] -> timestamp[s], 2026-02-03 -> 2026-02-03 00:00:00
#   text, all missing: string -> null, None -> None
# With batch_format="pyarrow" all four are as they were. Whoever joins by a 64-bit id joins other rows.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'ray[data]==2.60.0' numpy==2.4.6 pandas==3.1.1 pyarrow==26.0.1 2>/dev/null
"$folder/venv/bin/python" - 2>"$folder/log" <<'PYTHON' || { tail -n 20 "$folder/log"; exit 1; }
import datetime as dt

import pyarrow as pa
import ray

NUMBER = 2**53 + 1
columns = {
    "number, none missing": pa.array([NUMBER, 2]),
    "number, one missing": pa.array([NUMBER, None]),
    "date": pa.array([dt.date(2026, 2, 3), None]),
    "text, all missing": pa.array([None, None], pa.string()),
}


def passed(column, **options):
    """Return the type and the first value of a column that map_batches was given and gave back."""
    given = ray.data.from_arrow(pa.table({"x": column}))
    made = given.map_batches(lambda batch: batch, **options).materialize()
    return str(made.schema().types[0]), made.take(1)[0]["x"]


ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False, object_store_memory=100_000_000)
seen = {}
for name, column in columns.items():
    kind, value = seen[name] = passed(column)
    print(f"{name}: {column.type} -> {kind}, {column[0].as_py()} -> {value}")
    assert passed(column, batch_format="pyarrow") == (str(column.type), column[0].as_py()), name
ray.shutdown()
assert seen == {
    "number, none missing": ("int64", NUMBER),
    "number, one missing": ("double", float(NUMBER - 1)),
    "date": ("timestamp[s]", dt.datetime(2026, 2, 3)),
    "text, all missing": ("null", None),
}, "the behaviour has changed"
PYTHON
