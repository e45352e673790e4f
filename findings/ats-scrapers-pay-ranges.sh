#!/usr/bin/env bash
# ats-scrapers 0.3.0: parse_salary_range reads "(min, max)" from the line of pay that an applicant tracking system
# shows. Where "K" stands once behind a range, as people write it, only the upper end is multiplied. Where the currency
# or the unit stands behind each end, the first figure becomes both ends, and the Swiss grouping mark gives 0.
#
# Guess: "$60-80K" is 60,000 to 80,000, just as "$60K - $80K" is, and a range keeps both of its ends. Its documentation
# says "Handles `$257K - $335K`, ... `€80k–€120k`, etc. Returns (None, None) when nothing parseable", and that of the
# record that salary_min and salary_max are derived with it, by "tight regex parsing on conventionally-structured text".
# Seen (python 3.11):
#   $60K - $80K: 60000.0 to 80000.0
#   $60-80K: 60.0 to 80000.0
#   1.2-1.5 million JPY: 1.2 to 1500000.0
#   $90,000 USD - $120,000 USD: 90000.0 to 90000.0
#   $25.50/hr - $30.00/hr: 25.5 to 25.5
#   CHF 80'000 - 100'000: 0.0 to 100.0
#   $80k: None to None
# Nothing marks these records. The package's own search(salary_min=100_000) compares with the upper end, so it misses
# the job that pays up to 120,000.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ats-scrapers==0.3.0 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from ats_scrapers.enrichment import parse_salary_range

expected = {
    "$60K - $80K": (60000.0, 80000.0),
    "$60-80K": (60.0, 80000.0),
    "1.2-1.5 million JPY": (1.2, 1500000.0),
    "$90,000 USD - $120,000 USD": (90000.0, 90000.0),
    "$25.50/hr - $30.00/hr": (25.5, 25.5),
    "CHF 80'000 - 100'000": (0.0, 100.0),
    "$80k": (None, None),
}
seen = {text: parse_salary_range(text) for text in expected}
for text, (low, high) in seen.items():
    print(f"{text}: {low} to {high}")
assert seen == expected, "the behaviour has changed"
PYTHON
