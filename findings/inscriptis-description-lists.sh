#!/usr/bin/env bash
# Inscriptis 2.7.6, which lays out text as a browser does: a description list becomes one word. The elements dl, dt
# and dd are not in its default styles, so they count as inline, and nothing stands between a term and its value.
#
# Guess: terms and values stand on lines of their own, as p, li and td do, or have a space between them.
# Seen (python 3.11):
#   dl: 'Pay14 eurosper hourHours38StartMay'
#   table: 'Pay    14 euros per hour\nHours  38\nStart  May'
#   ul: '  * Pay 14 euros per hour\n  * Hours 38\n  * Start May'
# Facts of an advert are often in such a list, and "38Start" is neither hours nor a label.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check inscriptis==2.7.6 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from inscriptis import get_text

pages = {
    "dl": "<dl><dt>Pay</dt><dd>14 euros</dd><dd>per hour</dd><dt>Hours</dt><dd>38</dd><dt>Start</dt><dd>May</dd></dl>",
    "table": "<table><tr><td>Pay</td><td>14 euros per hour</td></tr><tr><td>Hours</td><td>38</td></tr>"
    "<tr><td>Start</td><td>May</td></tr></table>",
    "ul": "<ul><li>Pay 14 euros per hour</li><li>Hours 38</li><li>Start May</li></ul>",
}
seen = {}
for name, page in pages.items():
    text = get_text(f"<html><body>{page}</body></html>")
    seen[name] = "\n".join(line.rstrip() for line in text.rstrip().split("\n"))
    print(f"{name}: {seen[name]!r}")
assert seen == {
    "dl": "Pay14 eurosper hourHours38StartMay",
    "table": "Pay    14 euros per hour\nHours  38\nStart  May",
    "ul": "  * Pay 14 euros per hour\n  * Hours 38\n  * Start May",
}, "the behaviour has changed"
PYTHON
