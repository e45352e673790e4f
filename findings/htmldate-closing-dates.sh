#!/usr/bin/env bash
# htmldate 1.11.0: with its defaults, find_date gives the date of an advert from its JSON-LD as long as datePosted is
# the only date there. With a validThrough beside it, the result is the closing date once that has passed, and before
# that the first of January of its year, which stands nowhere in the page. So the date of one page changes over time.
# With original_date=True it is datePosted, but the closing date again where validThrough has a time, as it often does.
#
# Guess: a labelled datePosted is the date of the page; a closing date is none, and changes nothing.
# Seen (python 3.11), for an advert posted on 2026-03-04 that closes on 2026-04-10, read (max_date) in March and in May:
#   datePosted: 2026-03-04 in March, 2026-03-04 in May
#   datePosted, validThrough: 2026-01-01 in March, 2026-04-10 in May
#   datePosted, validThrough, original_date=True: 2026-03-04 in March, 2026-03-04 in May
#   datePosted, validThrough with a time, original_date=True: 2026-03-04 in March, 2026-04-10 in May
# Whoever keeps "adverts of the last 30 days" by it drops fresh ones, and takes those for fresh that have just closed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check htmldate==1.11.0 dateparser==1.5.0 lxml==6.1.3 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
import json

from htmldate import find_date

POSTED = {"datePosted": "2026-03-04"}
CLOSING = {**POSTED, "validThrough": "2026-04-10"}
AT_NIGHT = {**POSTED, "validThrough": "2026-04-10T23:59:00+02:00"}
seen = []
for name, dates, options in (
    ("datePosted", POSTED, {}),
    ("datePosted, validThrough", CLOSING, {}),
    ("datePosted, validThrough, original_date=True", CLOSING, {"original_date": True}),
    ("datePosted, validThrough with a time, original_date=True", AT_NIGHT, {"original_date": True}),
):
    advert = json.dumps({"@context": "https://schema.org", "@type": "JobPosting", "title": "Nurse", **dates})
    page = (
        f'<!DOCTYPE html><html lang="en"><head><title>Nurse</title><script type="application/ld+json">{advert}</script>'
        "</head><body><p>Nurse in Bern</p></body></html>"
    )
    march, may = (find_date(page, max_date=today, **options) for today in ("2026-03-20", "2026-05-20"))
    seen.append((march, may))
    print(f"{name}: {march} in March, {may} in May")
assert seen == [
    ("2026-03-04", "2026-03-04"),
    ("2026-01-01", "2026-04-10"),
    ("2026-03-04", "2026-03-04"),
    ("2026-03-04", "2026-04-10"),
], "the behaviour has changed"
PYTHON
