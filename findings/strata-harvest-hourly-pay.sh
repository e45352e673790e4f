#!/usr/bin/env bash
# strata-harvest 0.1.7: the pay of an hour is rounded to whole units, and a half goes to the even one, so a range shrinks
# to one figure, or grows. Greenhouse's cents are lost likewise. salary_range is the record's only field for pay, beside
# the raw data of the source. (The newest version for python 3.11; the code of 0.1.11, from 3.12 on, is the same here.)
#
# Guess: 17.50 to 18.49 an hour is "17.50 - 18.49". The examples of its documentation are yearly
# ("$120,000–$160,000/year"), where nothing is lost; it does not speak of rounding.
# openroles 0.4.0, whose field `compensation` is "the posted pay band ... as the board words it", rounds the same
# JSON-LD, and cuts off the decimals of Recruitee (it has the exact figures in two other fields).
# Seen (python 3.11):
#   Lever 17.5 to 18.49: USD 18 - 18 per-hour-wage
#   Lever 16.5 to 17.5: USD 16 - 18 per-hour-wage
#   Lever 12.6 to 13.4: USD 13 - 13 per-hour-wage
#   Greenhouse 1650 to 1750 cents: USD 16 - 18
#   JSON-LD 17.5 to 18.49: $18–$18/hour
#   openroles, Recruitee 17.5 to 18.49: EUR 17-18 hour; in figures 17.5 to 18.49
# An hour's 0.50 is about 1,000 a year. Two employers' ranges that differ get the same text, and a rate below a legal
# minimum passes for one that meets it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check strata-harvest==0.1.7 openroles==0.4.0 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
import json

from openroles.providers import recruitee
from strata_harvest.parsers._structured_data import salary_to_string
from strata_harvest.parsers.greenhouse import GreenhouseParser
from strata_harvest.parsers.lever import LeverParser

seen = {}
for low, high in ((17.5, 18.49), (16.5, 17.5), (12.6, 13.4)):
    pay = {"currency": "USD", "interval": "per-hour-wage", "min": low, "max": high}
    advert = {"id": "7", "text": "Nurse", "hostedUrl": "https://jobs.lever.co/example/7", "salaryRange": pay}
    (job,) = LeverParser().parse(json.dumps([advert]), url="https://jobs.lever.co/example")
    seen[f"Lever {low} to {high}"] = job.salary_range

url = "https://boards.greenhouse.io/example"
pay = {"min_cents": 1650, "max_cents": 1750, "currency_type": "USD", "title": "Hourly"}
advert = {"id": 7, "title": "Nurse", "absolute_url": f"{url}/jobs/7", "content": "", "pay_input_ranges": [pay]}
(job,) = GreenhouseParser().parse(json.dumps({"jobs": [advert]}), url=url)
seen["Greenhouse 1650 to 1750 cents"] = job.salary_range

pay = {"@type": "QuantitativeValue", "minValue": 17.5, "maxValue": 18.49, "unitText": "HOUR"}
seen["JSON-LD 17.5 to 18.49"] = salary_to_string({"@type": "MonetaryAmount", "currency": "USD", "value": pay})

pay = {"min": 17.5, "max": 18.49, "currency": "EUR", "period": "hour"}
advert = {"id": 7, "title": "Nurse", "careers_url": "https://example.recruitee.com/o/7", "salary": pay}
recruitee._offers = lambda token: [advert]  # the answer of the site, no network
(job,) = recruitee.fetch("example")
seen["openroles, Recruitee 17.5 to 18.49"] = f"{job.compensation}; in figures {job.salary_min} to {job.salary_max}"

for name, text in seen.items():
    print(f"{name}: {text}")
assert list(seen.values()) == [
    "USD 18 - 18 per-hour-wage",
    "USD 16 - 18 per-hour-wage",
    "USD 13 - 13 per-hour-wage",
    "USD 16 - 18",
    "$18–$18/hour",
    "EUR 17-18 hour; in figures 17.5 to 18.49",
], "the behaviour has changed"
PYTHON
