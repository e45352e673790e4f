#!/usr/bin/env bash
# pandas 3.1.1 with pyarrow 26.0.1: a DataFrame with columns of Arrow's nested types is written as Parquet without
# a word, and the same pandas cannot read the file with its defaults. It writes the name of each column's type
# into the file, and does not understand the name of a list, a struct or a map when it reads it.
#
# Guess: pd.read_parquet reads whatever DataFrame.to_parquet has written, with the same types.
# Seen (python 3.11, Linux):
#   date32: reads date32[day][pyarrow]
#   list: TypeError; with dtype_backend="pyarrow" reads list<element: string>[pyarrow]
#   struct: TypeError; with dtype_backend="pyarrow" reads struct<a: int64>[pyarrow]
#   map: TypeError; with dtype_backend="pyarrow" reads map<string, int64 ('x')>[pyarrow]
# Whoever keeps nested results in pandas needs dtype_backend="pyarrow" to have them back.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pandas==3.1.1 pyarrow==26.0.1 2>/dev/null
"$folder/venv/bin/python" - "$folder/x.parquet" <<'PYTHON'
import datetime as dt
import sys

import pandas as pd
import pyarrow as pa

columns = {
    "date32": pa.array([dt.date(2026, 2, 3)]),
    "list": pa.array([["a"]]),
    "struct": pa.array([{"a": 1}]),
    "map": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
}
seen = {}
for name, column in columns.items():
    frame = pa.table({"x": column}).to_pandas(types_mapper=pd.ArrowDtype)
    frame.to_parquet(sys.argv[1])
    try:
        seen[name] = f"reads {pd.read_parquet(sys.argv[1]).dtypes['x']}"
    except TypeError as error:
        assert "not understood" in str(error), error
        read = pd.read_parquet(sys.argv[1], dtype_backend="pyarrow")
        seen[name] = f'TypeError; with dtype_backend="pyarrow" reads {read.dtypes["x"]}'
    print(f"{name}: {seen[name]}")
assert seen == {
    "date32": "reads date32[day][pyarrow]",
    "list": 'TypeError; with dtype_backend="pyarrow" reads list<element: string>[pyarrow]',
    "struct": 'TypeError; with dtype_backend="pyarrow" reads struct<a: int64>[pyarrow]',
    "map": "TypeError; with dtype_backend=\"pyarrow\" reads map<string, int64 ('x')>[pyarrow]",
}, "the behaviour has changed"
PYTHON
