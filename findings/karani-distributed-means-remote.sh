#!/usr/bin/env bash
# karani 0.4.0: of a Greenhouse board, a job in an office is remote when the text has "distributed systems" in it, and a
# remote job is hybrid (and thus rejected) when it has "hybrid cloud". Of several pairs of numbers, those with a "k" are
# the pay: "from 20k to 50k customers" beats "$180,000 - $220,000". Canadian dollars count as dollars of the US. C++ is
# never found. The text keeps its tags, as Greenhouse writes "<" as "&lt;".
#
# Guess: the place of Greenhouse says "Berlin" or "Remote"; text is text; pay is next to "$". Its README says
# "word-boundary signal match on geo, remote", "comp anchored to currency keywords", "hard gates: ... remote (not
# hybrid)" and "comp ≥ $160k where disclosed". The model calls the text "stripped, for LLM". In the code, the anchor
# "kills false positives", but has no word boundary: "comp" is in "company", "ot" in "other" and "not". There is a table
# of rates, with CAD at 0.73. And r"\b" after "C++" needs a letter there.
# Seen (python 3.11), what the filter before the model makes of a senior backend engineer (* is all of the text below):
#   Berlin, You write Python in our office.: unclear, None, passes
#   Berlin, * In our office, you know distributed systems.: yes, None, passes
#   Remote, *: yes, None, passes
#   Remote, * Our hybrid cloud grows.: hybrid, None, hybrid required
#   Remote, * Pay: $180,000 - $220,000.: yes, 180000, passes
#   Remote, * We went from 20k to 50k customers, like other companies. Pay: $180,000 - $220,000.: yes, 20000, comp
#     $20,000 below $160,000 floor
#   Remote, * Pay: CAD $180,000 - $220,000.: yes, 180000, passes
#   Remote, You write C++ and C#.: yes, None, no must-have skill detected (need 1)
# Where * is "You write Python.", and the text of each is "<p>...</p>". Rejected jobs do not get to the model.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check karani==0.4.0 httpx==0.28.1 beautifulsoup4 \
    2>/dev/null
cd "$folder" # without a karani.toml or .env
export HOME=$folder
unset MIN_COMP_USD TARGET_COMP_USD
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import html

import httpx
from karani.ingestion.filters import pre_filter
from karani.ingestion.greenhouse import GreenhouseFetcher
from karani.ingestion.profile import UserProfile


def fetch(place, text):
    posting = {
        "id": 7,
        "title": "Senior Backend Engineer",
        "absolute_url": "https://job-boards.greenhouse.io/example/jobs/7",
        "location": {"name": place},
        "content": html.escape(f"<p>{text}</p>"),  # as Greenhouse does
        "updated_at": "2026-11-02T09:00:00-05:00",
        "departments": [],
        "offices": [],
    }

    async def ask():
        transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"jobs": [posting]}))  # no network
        async with httpx.AsyncClient(transport=transport) as client:
            return await GreenhouseFetcher().fetch(client, "example")

    return asyncio.run(ask())[0]


plain = "You write Python."
growth = "We went from 20k to 50k customers, like other companies."
expected = {
    ("Berlin", "You write Python in our office."): ("unclear", None, []),
    ("Berlin", f"{plain} In our office, you know distributed systems."): ("yes", None, []),
    ("Remote", plain): ("yes", None, []),
    ("Remote", f"{plain} Our hybrid cloud grows."): ("hybrid", None, ["hybrid required"]),
    ("Remote", f"{plain} Pay: $180,000 - $220,000."): ("yes", 180_000, []),
    ("Remote", f"{plain} {growth} Pay: $180,000 - $220,000."): (
        "yes",
        20_000,
        ["comp $20,000 below $160,000 floor"],
    ),
    ("Remote", f"{plain} Pay: CAD $180,000 - $220,000."): ("yes", 180_000, []),
    ("Remote", "You write C++ and C#."): ("yes", None, ["no must-have skill detected (need 1)"]),
}
profile = UserProfile(must_have_any=("Python", "C++", "C#"))
seen = {}
for place, text in expected:
    job = fetch(place, text)
    assert job.description_text == f"<p>{text}</p>", "the behaviour has changed"
    result = pre_filter(job, profile)
    seen[place, text] = result.fully_remote, result.comp_min_usd, result.reasons_failed
    reasons = ", ".join(result.reasons_failed) or "passes"
    print(f"{place}, {text}: {result.fully_remote}, {result.comp_min_usd}, {reasons}")
assert seen == expected, "the behaviour has changed"
PYTHON
