#!/usr/bin/env bash
# jobwatch 0.6.0: iCIMS writes places as "DE-Remote" (country, region, city). jobwatch turns that into "Remote, DE", and
# then reads ", DE" as Delaware. So jobs that are remote in Germany, India, Canada or Israel (Delaware, Indiana,
# California, Illinois) are open to people in the US; those in Poland or France are not. Dollars and pesos of other
# countries are dollars of the US, and "$95K - $120,000" is up to 120 million.
#
# Guess: in its place, the country is a country: jobwatch itself puts it there. Its documentation says "remote roles
# must be open in the US", and of a home state, "leave out remote roles open only in other states". In its code, "a CAD
# range next to it is skipped", and for one of the boards, "pay in another country's currency isn't a US range".
# Seen (python 3.11), whether a posting is open to someone in the US, and to someone in Delaware:
#   US-Remote, Remote, US: yes, yes
#   PL-Remote, Remote, PL: no (location), no (location)
#   FR-Remote, Remote, FR: no (location), no (location)
#   DE-Remote, Remote, DE: yes, yes
#   IN-KA-Remote, Remote, KA, IN: yes, yes
#   CA-ON-Remote, Remote, ON, CA: yes, yes
#   IL-Remote, Remote, IL: yes, no (remote only in IL)
# Seen, the pay of a posting, and whether it reaches a minimum of 200,000:
#   Pay: $95,000 - $120,000: $95K–$120K, no (pay $95K–$120K)
#   Pay: $450,000 - $550,000 MXN: $450K–$550K, yes
#   Pay: $95K - $120,000: $95K–$120000K, yes
#   Pay: $210-250K: nothing, no (pay not listed)
# A job in Germany is for Delaware; one in Mexico that pays about 25,000 dollars is one of the best paid.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check jobwatch==0.6.0 2>/dev/null
export HOME=$folder
"$folder/venv/bin/python" - <<'PYTHON'
import json

from jobwatch import sources
from jobwatch.filters import Filters, rejection


def fetch(place, text="You build pipelines."):
    where = f"<span>Job Locations</span> <span>{place}</span>"
    link = '<a href="https://careers-example.icims.com/jobs/7/data-engineer/job"><h3>Data Engineer</h3></a>'
    listing = f'Page 1 of 1 <li class="iCIMS_JobCardItem">{where}{link}</li>'
    data = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": "Data Engineer",
        "datePosted": "2026-11-02T05:00:00Z",
        "description": text,
    }
    page = f'{where}<script type="application/ld+json">{json.dumps(data)}</script>'
    [job] = sources.fetch_icims("example", get=lambda url: listing if "/search?" in url else page)  # no network
    return job


def answer(job, filters):
    reason = rejection(job, filters)
    return f"no ({reason[1]})" if reason else "yes"


in_us = Filters(locations=["remote"], remote_country="US")
in_delaware = Filters(locations=["remote"], remote_country="US", home_state="DE")
places = {
    "US-Remote": ("Remote, US", "yes", "yes"),
    "PL-Remote": ("Remote, PL", "no (location)", "no (location)"),
    "FR-Remote": ("Remote, FR", "no (location)", "no (location)"),
    "DE-Remote": ("Remote, DE", "yes", "yes"),
    "IN-KA-Remote": ("Remote, KA, IN", "yes", "yes"),
    "CA-ON-Remote": ("Remote, ON, CA", "yes", "yes"),
    "IL-Remote": ("Remote, IL", "yes", "no (remote only in IL)"),
}
seen = {}
for place in places:
    job = fetch(place)
    [name] = job.locations
    seen[place] = name, answer(job, in_us), answer(job, in_delaware)
    print(f"{place}, {name}: {seen[place][1]}, {seen[place][2]}")

well_paid = Filters(min_salary=200_000, require_salary=True)
texts = {
    "Pay: $95,000 - $120,000": ("$95K–$120K", "no (pay $95K–$120K)"),
    "Pay: $450,000 - $550,000 MXN": ("$450K–$550K", "yes"),
    "Pay: $95K - $120,000": ("$95K–$120000K", "yes"),
    "Pay: $210-250K": ("", "no (pay not listed)"),
}
pay = {}
for text in texts:
    job = fetch("US-Remote", text)
    pay[text] = job.pay(), answer(job, well_paid)
    print(f"{text}: {pay[text][0] or 'nothing'}, {pay[text][1]}")
assert seen == places, "the behaviour has changed"
assert pay == texts, "the behaviour has changed"
PYTHON
