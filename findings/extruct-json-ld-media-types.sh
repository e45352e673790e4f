#!/usr/bin/env bash
# extruct 0.18.0: JSON-LD is found only where the script's type is "application/ld+json" to the letter. A type in
# capitals, or with a parameter, gives no item and no error, although media types do not depend on case and JSON-LD 1.1
# (section 7, "Embedding JSON-LD in HTML Documents") has a parameter of its own, profile.
#
# Guess: each of these four is the same advert.
# Seen (python 3.11):
#   application/ld+json: Nurse
#   application/LD+JSON: nothing
#   application/ld+json; charset=utf-8: nothing
#   application/ld+json;profile=http://www.w3.org/ns/json-ld#compacted: nothing
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check extruct==0.18.0 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
import extruct

ADVERT = '{"@context": "https://schema.org", "@type": "JobPosting", "title": "Nurse"}'
seen = {}
for media_type in (
    "application/ld+json",
    "application/LD+JSON",
    "application/ld+json; charset=utf-8",
    "application/ld+json;profile=http://www.w3.org/ns/json-ld#compacted",
):
    page = f'<html><head><script type="{media_type}">{ADVERT}</script></head><body></body></html>'
    items = extruct.extract(page, syntaxes=["json-ld"])["json-ld"]
    seen[media_type] = [item["title"] for item in items]
    print(f"{media_type}: {', '.join(seen[media_type]) or 'nothing'}")
assert list(seen.values()) == [["Nurse"], [], [], []], "the behaviour has changed"
PYTHON
