#!/usr/bin/env bash
# country_converter 1.3.2 with pandas 3.1.1, the newest of both, which pip installs together: no country is converted.
# Its table is read with read_csv and `str` as the converter of the column of two-letter codes. Until pandas 3.0.3 that
# kept the text "NA", the code of Namibia. Since pandas 3.1.0 it is a missing value also there, and the class fails on it.
#
# Guess: what requires "pandas>=1.0" converts "Germany"; one code of 250 can spoil Namibia at most.
# Seen (python 3.11):
#   read_csv with converters={"code": str} reads NA, DE as [nan, 'DE']
#   convert("Germany", to="ISO2"): TypeError: first argument must be string or compiled pattern
#   the same with the word NA kept by read_csv: DE
# The message names neither pandas nor Namibia. Who normalizes the countries of adverts needs pandas<3.1 for now.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check country_converter==1.3.2 pandas==3.1.1 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
import functools
import io

import country_converter
import pandas as pd

codes = pd.read_csv(io.StringIO("code\nNA\nDE\n"), converters={"code": str})["code"].tolist()
print(f'read_csv with converters={{"code": str}} reads NA, DE as {codes}')
try:
    result = country_converter.convert("Germany", to="ISO2")
except TypeError as error:
    result = f"TypeError: {error}"
print(f'convert("Germany", to="ISO2"): {result}')

read_csv = pd.read_csv


@functools.wraps(read_csv)
def keeping_na(*args, **options):
    """Read a table in which only an empty field is missing."""
    return read_csv(*args, **{**options, "na_values": [""], "keep_default_na": False})


pd.read_csv = keeping_na
kept = country_converter.CountryConverter().convert("Germany", to="ISO2")
print(f"the same with the word NA kept by read_csv: {kept}")
assert pd.isna(codes[0]) and codes[1] == "DE", "read_csv has changed"
assert result == "TypeError: first argument must be string or compiled pattern", "convert has changed"
assert kept == "DE", "the cause is another one"
PYTHON
