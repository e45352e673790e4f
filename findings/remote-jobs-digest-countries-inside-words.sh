#!/usr/bin/env bash
# remote-jobs-digest 0.1.1: phrases about the United States are found inside of other words. A job open to Europe is
# rejected as one for people in the US when its text has "within the user team" ("within the us"), "focus only" ("us
# only") or "various citizens" ("us citizen"); an office job in Worcester, Massachusetts, is a match since the name of
# the town has "cest" (the time zone) in it. The opposite is rejected too: "no security clearance".
#
# Guess: a phrase is made of words. Its README says that it "reads the whole posting and keeps the ones that fit where
# you live", of signals.negative that it holds "Phrases that reject a job", and of places: "Location matching is text
# matching. Unusual phrasings end up in REVIEW". It matches skills "with word boundaries ('ml' must not hit 'html')".
# Seen (python 3.11), with the profile that it ships for Europe (APTA is a match, DESCARTADA is rejected):
#   Remote (Europe), Build APIs with FastAPI.: APTA ok
#   Remote (Europe), You sit within the user research team.: DESCARTADA us_only
#   Remote (Europe), You focus only on the backend.: DESCARTADA us_only
#   Remote (Europe), Our portal serves various citizens.: DESCARTADA us_only
#   Remote (Europe), No security clearance needed.: DESCARTADA us_only
#   Boston, Massachusetts, Build APIs with FastAPI.: DESCARTADA us_only
#   Worcester, Massachusetts, Build APIs with FastAPI.: APTA ok
#   Leicester, England, Build APIs with FastAPI.: APTA ok
#   Birmingham, England, Build APIs with FastAPI.: DESCARTADA onsite
# Rejected jobs are not in the digest, and not for the optional model to judge either: it reads "only survivors".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check remote-jobs-digest==0.1.1 2>/dev/null
export RJS_HOME="$folder/home" RJS_DATA_DIR="$folder/data"
"$folder/venv/bin/rjs" init --from backend-ai-eu >/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from remote_jobs_digest.filters import process
from remote_jobs_digest.sources.base import Job

plain = "Build APIs with FastAPI."
expected = {
    ("Remote (Europe)", plain): ("APTA", "ok"),
    ("Remote (Europe)", "You sit within the user research team."): ("DESCARTADA", "us_only"),
    ("Remote (Europe)", "You focus only on the backend."): ("DESCARTADA", "us_only"),
    ("Remote (Europe)", "Our portal serves various citizens."): ("DESCARTADA", "us_only"),
    ("Remote (Europe)", "No security clearance needed."): ("DESCARTADA", "us_only"),
    ("Boston, Massachusetts", plain): ("DESCARTADA", "us_only"),
    ("Worcester, Massachusetts", plain): ("APTA", "ok"),
    ("Leicester, England", plain): ("APTA", "ok"),
    ("Birmingham, England", plain): ("DESCARTADA", "onsite"),
}
seen = {}
for place, text in expected:
    job = Job(
        source="example",
        title="Python Backend Developer",
        company="Example",
        url="https://jobs.example.com/7",
        location=place,
        description=text if text == plain else f"{plain} {text}",
    )
    process(job)
    seen[place, text] = job.verdict, job.geo
    print(f"{place}, {text}: {job.verdict} {job.geo}")
assert seen == expected, "the behaviour has changed"
PYTHON
