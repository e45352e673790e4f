#!/usr/bin/env bash
# hn-hiring-trends-mcp 0.1.0: of the threads "Who is hiring?", posts that say "VISA: No" or that issue Visa cards are
# found as posts that sponsor visas. "Washington, D.C." is the language C, the clearance "TS/SCI" is TypeScript, an
# address in .net is C#, and payment rails are Ruby on Rails. Dollars of Australia, Canada and Singapore are dollars of
# the US when they are written "A$", "C$" or "CAD $".
#
# Guess: its "Remote: No" is understood, so "VISA: No" is as well. Its README says "Who's hiring remote Rust devs with
# visa sponsorship", "~70 tuned patterns" and "Ambiguous words get tuned rules: Go doesn't match "go-to-market", C
# doesn't match "Series C"", and that context is not read ("nice to have" or "required"). It writes "CA$" as "C$".
# Seen (python 3.11), whether each post is remote, is found with visa_only, its pay and its skills:
#   Remote: No: False, False, None, -
#   REMOTE | VISA sponsorship: True, True, None, -
#   REMOTE | VISA: No: True, True, None, -
#   REMOTE | No visa: True, False, None, -
#   REMOTE | We issue Visa cards: True, True, None, -
#   Washington, D.C. | ONSITE: False, False, None, C
#   ONSITE | TS/SCI clearance: False, False, None, TypeScript
#   REMOTE | jobs@example.net: True, False, None, C#
#   REMOTE | We build payment rails: True, False, None, Rails
#   Toronto | CA$150k-180k: False, False, C$150k–180k, -
#   Toronto | C$150k-180k: False, False, $150k–180k, C
#   Toronto | CAD $150k-180k: False, False, $150k–180k, -
#   Sydney | A$150k-180k: False, False, $150k–180k, -
# It is made to count which skills are asked for and who sponsors visas: "C$" is pay in US dollars for who knows C.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check hn-hiring-trends-mcp==0.1.0 mcp==2.3.0 2>/dev/null
export HOME=$folder
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import json
import logging

import httpx
from hn_hiring_trends import hn, http, server, skills

expected = {
    "Remote: No": (False, False, None, "-"),
    "REMOTE | VISA sponsorship": (True, True, None, "-"),
    "REMOTE | VISA: No": (True, True, None, "-"),
    "REMOTE | No visa": (True, False, None, "-"),
    "REMOTE | We issue Visa cards": (True, True, None, "-"),
    "Washington, D.C. | ONSITE": (False, False, None, "C"),
    "ONSITE | TS/SCI clearance": (False, False, None, "TypeScript"),
    "REMOTE | jobs@example.net": (True, False, None, "C#"),
    "REMOTE | We build payment rails": (True, False, None, "Rails"),
    "Toronto | CA$150k-180k": (False, False, "C$150k–180k", "-"),
    "Toronto | C$150k-180k": (False, False, "$150k–180k", "C"),
    "Toronto | CAD $150k-180k": (False, False, "$150k–180k", "-"),
    "Sydney | A$150k-180k": (False, False, "$150k–180k", "-"),
}
posts = [
    {"id": number, "author": "x", "text": f"Example | Engineer | {text}<p>We look for one more person for our team."}
    for number, text in enumerate(expected)
]
thread = {"objectID": "1", "title": "Ask HN: Who is hiring? (November 2026)", "created_at_i": 1793577600}


def answer(request):  # what the API of Hacker News would say, no network
    return httpx.Response(200, json={"children": posts} if "/items/" in str(request.url) else {"hits": [thread]})


logging.disable()
http.set_transport(httpx.MockTransport(answer))
found = json.loads(asyncio.run(server.search_jobs(["Example"], visa_only=True, limit=50, response_format="json")))
visas = {post["id"] for post in found["posts"]}
seen = {}
for item, text in zip(posts, expected):
    post = hn.parse_post(item, "2026-11")
    names = ", ".join(name for name, _, _ in skills.top_skills([post])) or "-"
    seen[text] = post.remote, item["id"] in visas, post.salary and str(post.salary), names
    print(f"{text}: " + ", ".join(map(str, seen[text])))
assert seen == expected, "the behaviour has changed"
PYTHON
