#!/usr/bin/env bash
# parsedatetime 2.6: "ago" turns only the unit before it into the past. The units before that one are added, so an age
# of two units lies in the future, or is a mix of both directions. The status says that a date was read, as for the
# correct ones, and nlp() gives "1 year 6 months ago" as one span of the text. A number of two words loses its first.
#
# Guess: an age of two units is that much before the base, as in dateparser 1.5.0; "twenty five days ago" is 25 days.
# Seen (python 3.11), for the base 2026-03-04 12:00, with dateparser's result after it:
#   25 days ago: 2026-02-07 12:00, 2026-02-07 12:00
#   6 months ago: 2025-09-04 12:00, 2025-09-04 12:00
#   1 year 6 months ago: 2026-09-04 12:00, 2024-09-04 12:00
#   3 weeks, 4 days ago: 2026-03-21 12:00, 2026-02-07 12:00
#   Posted 1 month and 2 weeks ago: 2026-03-21 12:00, None
#   2 days 5 hours ago: 2026-03-06 07:00, 2026-03-02 07:00
#   twenty days ago: 2026-02-12 12:00, 2026-02-12 12:00
#   twenty five days ago: 2026-02-27 12:00, 2026-02-07 12:00
#   half a year ago: 2025-03-04 12:00, None
# Job boards write the age of an advert like this: an advert of six weeks is the newest of the list.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check parsedatetime==2.6 dateparser==1.5.0 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import datetime

import dateparser
import parsedatetime

BASE = datetime(2026, 3, 4, 12)
calendar = parsedatetime.Calendar(version=parsedatetime.VERSION_CONTEXT_STYLE)
seen = {}
for age in (
    "25 days ago",
    "6 months ago",
    "1 year 6 months ago",
    "3 weeks, 4 days ago",
    "Posted 1 month and 2 weeks ago",
    "2 days 5 hours ago",
    "twenty days ago",
    "twenty five days ago",
    "half a year ago",
):
    result, status = calendar.parseDT(age, sourceTime=BASE)
    assert status.hasDateOrTime, "the status has changed"
    other = dateparser.parse(age, languages=["en"], settings={"RELATIVE_BASE": BASE})
    seen[age] = f"{result:%Y-%m-%d %H:%M}, {other and format(other, '%Y-%m-%d %H:%M')}"
    print(f"{age}: {seen[age]}")
assert calendar.nlp("1 year 6 months ago", sourceTime=BASE)[0][4] == "1 year 6 months ago", "the spans have changed"
assert list(seen.values()) == [
    "2026-02-07 12:00, 2026-02-07 12:00",
    "2025-09-04 12:00, 2025-09-04 12:00",
    "2026-09-04 12:00, 2024-09-04 12:00",
    "2026-03-21 12:00, 2026-02-07 12:00",
    "2026-03-21 12:00, None",
    "2026-03-06 07:00, 2026-03-02 07:00",
    "2026-02-12 12:00, 2026-02-12 12:00",
    "2026-02-27 12:00, 2026-02-07 12:00",
    "2025-03-04 12:00, None",
], "the behaviour has changed"
PYTHON
