#!/usr/bin/env bash
# ats-fetch 1.2.0: it archives an advert from the JSON of Greenhouse or Lever "verbatim", "keeps that posting exactly as
# published". It resolves the entities of the HTML first and takes the tags out after that, so a "&lt;" of the text
# begins a tag, and all up to the next ">" is gone: also whole lines, up to the next tag that is still there.
# The readme says the order and its reason (APIs that escape twice), not that text is lost.
#
# Guess: "&lt; 20 seconds" is archived as "< 20 seconds", and the lines below it stay whatever that line says.
# Seen (python 3.11), for an advert with the lines of ADVERT below, as Lever sends it and as Greenhouse does:
#   Lever: Job / - Answer in Apply by 31 March.
#   Greenhouse: Job / - Answer in Apply by 31 March.
#   Lever, "under 20 seconds": Job / - Answer in under 20 seconds / - Pay: 90,000 to 110,000 USD / Apply by 31 March.
#   <p>You know List&lt;String&gt;.</p>: You know List .
# The pay, for which the tool was made, is not in the record, and no error says so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ats-fetch==1.2.0 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
import html
import json

import ats_fetch

ADVERT = (
    "<p>Job</p><ul><li>Answer in &lt; 20 seconds</li><li>Pay: 90,000 to 110,000 USD</li></ul>"
    "<p><strong>Apply</strong> by 31 March.</p>"
)
GENERIC = "<p>You know List&lt;String&gt;.</p>"
LEVER = "https://jobs.lever.co/example/0a1b2c3d-0000-4000-8000-000000000000"
GREENHOUSE = "https://boards.greenhouse.io/example/jobs/1234567"
seen = []
for name, url, answer in (
    ("Lever", LEVER, {"text": "Agent", "description": ADVERT}),
    ("Greenhouse", GREENHOUSE, {"title": "Agent", "content": html.escape(ADVERT)}),
    ('Lever, "under 20 seconds"', LEVER, {"text": "Agent", "description": ADVERT.replace("&lt;", "under")}),
    (GENERIC, LEVER, {"text": "Agent", "description": GENERIC}),
):
    ats_fetch.get = lambda url, post=None, answer=answer: json.dumps(answer)  # the answer of the site, no network
    body = ats_fetch.fetch(url)["body"]
    seen.append(" / ".join(line.strip() for line in body.splitlines() if line.strip()))
    print(f"{name}: {seen[-1]}")
assert seen == [
    "Job / - Answer in Apply by 31 March.",
    "Job / - Answer in Apply by 31 March.",
    "Job / - Answer in under 20 seconds / - Pay: 90,000 to 110,000 USD / Apply by 31 March.",
    "You know List .",
], "the behaviour has changed"
PYTHON
