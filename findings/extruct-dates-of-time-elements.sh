#!/usr/bin/env bash
# extruct 0.18.0: two right ways to write a date in a page give another value. In RDFa, the datetime of a <time> is
# ignored and its visible text taken (HTML+RDFa 1.1, section 3.1, takes the attribute). In microdata, a <time> without
# the attribute is empty (in HTML, its text is then its datetime value).
#
# Guess: the same date comes out of all four.
# Seen (python 3.11, pyRdfa3 3.6.5):
#   microdata, <time itemprop="datePosted" datetime="2027-03-04">4/3/27</time>: '2027-03-04'
#   microdata, <time itemprop="datePosted">2027-03-04</time>: ''
#   rdfa, <time property="datePosted" datetime="2027-03-04">4/3/27</time>: '4/3/27'
#   rdfa, <time property="datePosted">2027-03-04</time>: '2027-03-04'
# The visible text may be "yesterday", or a day and month that another country swaps.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check extruct==0.18.0 pyrdfa3==3.6.5 2>/dev/null
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import extruct

TYPES = {
    "microdata": "itemscope itemtype='https://schema.org/JobPosting'",
    "rdfa": "vocab='https://schema.org/' typeof='JobPosting'",
}
NAMES = {"microdata": "itemprop", "rdfa": "property"}
seen = []
for syntax in ("microdata", "rdfa"):
    for element in (
        f'<time {NAMES[syntax]}="datePosted" datetime="2027-03-04">4/3/27</time>',
        f'<time {NAMES[syntax]}="datePosted">2027-03-04</time>',
    ):
        page = f"<!DOCTYPE html><html><body><div {TYPES[syntax]}>{element}</div></body></html>"
        items = extruct.extract(page, base_url="https://example.org/", syntaxes=[syntax], uniform=False)[syntax]
        if syntax == "microdata":
            value = items[0]["properties"]["datePosted"]
        else:
            (value,) = (date["@value"] for item in items for date in item.get("https://schema.org/datePosted", ()))
        seen.append(value)
        print(f"{syntax}, {element}: {value!r}")
assert seen == ["2027-03-04", "", "4/3/27", "2027-03-04"], "the behaviour has changed"
PYTHON
