#!/usr/bin/env bash
# dateparser 1.5.0: a date in the form that Unicode CLDR gives for a language (here written by Babel 2.19.0) is read
# as another date, although the language is named. In Marathi and Gujarati the word for May is taken for "months", so
# "14 May 2027" is 14 months before today. In Punjabi the word for June is taken for January.
#
# Guess: dateparser has its months from CLDR, so it reads each month that CLDR writes, or returns None.
# Seen (python 3.11, with 2026-11-29 as today):
#   mr: '14 मे, 2027' -> 2025-09-29, the other 11 months right
#   gu: '14 મે, 2027' -> 2025-09-29, the other 11 months right
#   pa: '14 ਜੂਨ 2027' -> 2027-01-14, the other 11 months right
#   hi: all 12 months right
# A closing date in May is then long past, and one in June is five months early.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check dateparser==1.5.0 babel==2.19.0 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
import datetime as dt

import dateparser
from babel.dates import format_date

SETTINGS = {"RELATIVE_BASE": dt.datetime(2026, 11, 29)}
seen = {}
for language in ("mr", "gu", "pa", "hi"):
    wrong = {}
    for month in range(1, 13):
        date = dt.date(2027, month, 14)
        text = format_date(date, "long", locale=language)
        read = dateparser.parse(text, languages=[language], settings=SETTINGS)
        assert read is not None, text
        if read.date() != date:
            wrong[month] = str(read.date())
            print(f"{language}: {text!r} -> {read.date()}", end=", ")
    print(f"the other {12 - len(wrong)} months right" if wrong else f"{language}: all 12 months right")
    seen[language] = wrong
assert seen == {
    "mr": {5: "2025-09-29"},
    "gu": {5: "2025-09-29"},
    "pa": {6: "2027-01-14"},
    "hi": {},
}, "the behaviour has changed"
PYTHON
