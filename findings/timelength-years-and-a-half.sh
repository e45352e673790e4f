#!/usr/bin/env bash
# timelength 3.0.4: "two and a half years" is half a year. The number before "and a half" is put aside as a value without
# a unit, the half is paired with the unit, and the result is a success. "2 1/2 years" is the same; "2½ years" is two.
#
# Guess: two and a half years are 2.5 years, as "2.5 years" is. The readme says that it understands numerals and
# multipliers such as "half", and that a parse succeeds if one valid part was found; it does not say that this form is
# split. (result.invalid does list the number that was put aside.)
# Seen (python 3.11), years and success:
#   2.5 years: 2.5 True
#   two and a half years: 0.5 True
#   one and a half years: 0.5 True
#   2 1/2 years: 0.5 True
#   2½ years: 2.0 True
#   a year and a half: 1.0 True
# and "one and a half hours" is 30 minutes. Who reads the experience asked for or the term of a contract with it gets
# half a year, however many years stand before "and a half".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check timelength==3.0.4 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from timelength import TimeLength

expected = {
    "2.5 years": 2.5,
    "two and a half years": 0.5,
    "one and a half years": 0.5,
    "2 1/2 years": 0.5,
    "2½ years": 2.0,
    "a year and a half": 1.0,
}
for text, years in expected.items():
    result = TimeLength(text).result
    seen = result.seconds / (365 * 24 * 60 * 60)
    print(f"{text}: {seen} {result.success}")
    assert (seen, result.success) == (years, True), "the behaviour has changed"
result = TimeLength("one and a half hours").result
print(f"one and a half hours: {result.seconds / 60} minutes {result.success}")
assert (result.seconds, result.success) == (1800, True), "the behaviour has changed"
PYTHON
