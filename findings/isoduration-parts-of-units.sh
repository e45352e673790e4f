#!/usr/bin/env bash
# isoduration 20.11.0 (what jsonschema[format] checks durations with): it reads and writes parts of a unit exactly
# ("P0.5Y", "PT7.5H"), but a datetime plus such a duration has each unit rounded by itself, and nothing is carried to
# the smaller one. A half counts as a whole one, less than a half as none. isodate 0.7.2 adds 30 minutes, or refuses
# half a year. The readme says of adding only that it works (its issue 27, open since 2023, reports half a month).
#
# Guess: 08:00 plus PT7.5H is 15:30, as with PT7H30M, and half a year is six months or an error.
# Seen (python 3.11), for 2026-03-02 08:00 plus the duration, with isodate's result after it:
#   PT7H30M: 2026-03-02 15:30, 2026-03-02 15:30
#   PT7.5H: 2026-03-02 16:00, 2026-03-02 15:30
#   PT0.4H: 2026-03-02 08:00, 2026-03-02 08:24
#   P1.5W: 2026-03-13 08:00, 2026-03-12 20:00
#   P6M: 2026-09-02 08:00, 2026-09-02 08:00
#   P0.5Y: 2027-03-02 08:00, fractional years or months not supported for date calculations
#   P1.5Y: 2028-03-02 08:00, fractional years or months not supported for date calculations
# A shift of 7.5 hours ends half an hour late, a contract of half a year half a year late, and no error says so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check isoduration==20.11.0 isodate==0.7.2 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import datetime

import isodate
import isoduration

START = datetime(2026, 3, 2, 8)
REFUSED = "fractional years or months not supported for date calculations"
seen = []
for text in ("PT7H30M", "PT7.5H", "PT0.4H", "P1.5W", "P6M", "P0.5Y", "P1.5Y"):
    duration = isoduration.parse_duration(text)
    assert isoduration.format_duration(duration) == text, "it is not kept exactly"
    try:
        other = f"{START + isodate.parse_duration(text):%Y-%m-%d %H:%M}"
    except ValueError as error:
        other = str(error)
    seen.append(f"{START + duration:%Y-%m-%d %H:%M}, {other}")
    print(f"{text}: {seen[-1]}")
assert seen == [
    "2026-03-02 15:30, 2026-03-02 15:30",
    "2026-03-02 16:00, 2026-03-02 15:30",
    "2026-03-02 08:00, 2026-03-02 08:24",
    "2026-03-13 08:00, 2026-03-12 20:00",
    "2026-09-02 08:00, 2026-09-02 08:00",
    f"2027-03-02 08:00, {REFUSED}",
    f"2028-03-02 08:00, {REFUSED}",
], "the behaviour has changed"
PYTHON
