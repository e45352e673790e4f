#!/usr/bin/env bash
# Resiliparse 2.0.1: extract_plain_text with main_content=True drops every <time> element, also in the middle of a
# sentence. HTML has <time> for dates and hours that machines should read, so it is where a closing date stands.
#
# Guess: main_content leaves out navigation, footers and asides; the words of a paragraph that it keeps are all there.
# Seen (python 3.11):
#   time: 'Apply by , shifts from to .'
#   b: 'Apply by 5 March 2027, shifts from 08:00 to 16:30.'
#   time, without main_content: 'Apply by 5 March 2027, shifts from 08:00 to 16:30.'
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check resiliparse==2.0.1 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from resiliparse.extract.html2text import extract_plain_text


def paragraph(element, **options):
    """Return the text of a page of one paragraph, whose dates and hours stand in `element`."""
    date, start, end = (f"<{element}>{text}</{element}>" for text in ("5 March 2027", "08:00", "16:30"))
    page = f"<html><body><main><p>Apply by {date}, shifts from {start} to {end}.</p></main></body></html>"
    return extract_plain_text(page, **options).strip()


seen = {
    "time": paragraph("time", main_content=True),
    "b": paragraph("b", main_content=True),
    "time, without main_content": paragraph("time"),
}
for name, text in seen.items():
    print(f"{name}: {text!r}")
whole = "Apply by 5 March 2027, shifts from 08:00 to 16:30."
assert seen == {
    "time": "Apply by , shifts from to .",
    "b": whole,
    "time, without main_content": whole,
}, "the behaviour has changed"
PYTHON
