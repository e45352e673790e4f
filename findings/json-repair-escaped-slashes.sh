#!/usr/bin/env bash
# json-repair 0.64.6: where something needs repair, escapes of JSON that are right are read wrongly all through the
# text: "\/" keeps its backslash, and so does "\f". The same text without the fault is read by the standard parser,
# so one comma at the end changes every address.
#
# Guess: a repair changes what is broken; a string that is valid JSON keeps its value.
# Seen (python 3.11), for an advert as PHP's json_encode writes it:
#   valid: https://jobs.example/7, Nurse (m/w/d)
#   comma at the end: https:\/\/jobs.example\/7, Nurse (m\/w\/d)
#   cut off: https:\/\/jobs.example\/7, Nurse (m\/w\/d)
# PHP escapes each slash by default, so the JSON-LD of many sites has these. Their links no longer match those of the
# same advert read elsewhere.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check json-repair==0.64.6 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
import json

import json_repair

VALID = r'{"url": "https:\/\/jobs.example\/7", "title": "Nurse (m\/w\/d)", "skills": ["triage"]}'
texts = {
    "valid": VALID,
    "comma at the end": VALID[:-1] + ",}",
    "cut off": VALID[:-2],
}
right = json.loads(VALID)
seen = {}
for name, text in texts.items():
    read = json_repair.loads(text)
    assert read["skills"] == right["skills"], read
    seen[name] = (read["url"], read["title"])
    print(f"{name}: {', '.join(seen[name])}")
kept = (r"https:\/\/jobs.example\/7", r"Nurse (m\/w\/d)")
assert json_repair.loads(r'["a\fb",]') == [r"a\fb"], "the behaviour of \\f has changed"
assert seen == {
    "valid": (right["url"], right["title"]),
    "comma at the end": kept,
    "cut off": kept,
}, "the behaviour has changed"
PYTHON
