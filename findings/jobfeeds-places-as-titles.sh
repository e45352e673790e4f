#!/usr/bin/env bash
# jobfeeds 0.1.0: in Hacker News' thread "Who is hiring?" a place or a note becomes the title of the job where it has
# the letters "ai" or "ml" inside of a word: Spain, Mumbai, Ukraine, Thailand, email. A correct title that stands behind
# the place is lost; a job whose title has none of the words that it looks for gets the place.
#
# Guess: "AI" and "ML" are words, so the place of a job makes no difference. A comment in the code says "Only accept
# comments where a segment clearly names a role; otherwise the "title" would just be a location or a tagline".
# Seen (python 3.11), title and location of each header:
#   Example | Berlin, Germany | Software Engineer | ONSITE: Software Engineer / Berlin, Germany
#   Example | Barcelona, Spain | Software Engineer | ONSITE: Barcelona, Spain / ONSITE
#   Example | Remote (Ukraine) | Software Engineer: Remote (Ukraine) / ''
#   Example | Technical Writer | Berlin, Germany | ONSITE: left out
#   Example | Technical Writer | Barcelona, Spain | ONSITE: Barcelona, Spain / ONSITE
#   Example | Recruiter | Mumbai, India | Full-time: Mumbai, India / ''
#   Example | Recruiter | Berlin, Germany | Email us: Email us / Berlin, Germany
# The title, with company and location, is also the key by which it finds the same job in other sources.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    jobfeeds==0.1.0 httpx==0.28.1 pydantic==2.12.5 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio

import httpx
from jobfeeds import HNWhoIsHiring

expected = {
    "Example | Berlin, Germany | Software Engineer | ONSITE": ("Software Engineer", "Berlin, Germany"),
    "Example | Barcelona, Spain | Software Engineer | ONSITE": ("Barcelona, Spain", "ONSITE"),
    "Example | Remote (Ukraine) | Software Engineer": ("Remote (Ukraine)", ""),
    "Example | Technical Writer | Berlin, Germany | ONSITE": None,
    "Example | Technical Writer | Barcelona, Spain | ONSITE": ("Barcelona, Spain", "ONSITE"),
    "Example | Recruiter | Mumbai, India | Full-time": ("Mumbai, India", ""),
    "Example | Recruiter | Berlin, Germany | Email us": ("Email us", "Berlin, Germany"),
}


async def answer(self, url, **options):  # the answers of the site, no network
    if "search" in url:
        content = {"hits": [{"title": "Ask HN: Who is hiring? (March 2026)", "objectID": "1"}]}
    else:
        content = {"children": [{"id": number, "text": text} for number, text in enumerate(expected)]}
    return httpx.Response(200, json=content, request=httpx.Request("GET", url))


httpx.AsyncClient.get = answer
jobs = {int(job.external_id): (job.title, job.location_raw) for job in asyncio.run(HNWhoIsHiring().fetch())}
seen = {text: jobs.get(number) for number, text in enumerate(expected)}
for text, found in seen.items():
    print(f"{text}: {' / '.join(part or repr(part) for part in found) if found else 'left out'}")
assert seen == expected, "the behaviour has changed"
PYTHON
