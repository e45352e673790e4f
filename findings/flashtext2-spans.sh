#!/usr/bin/env bash
# flashtext2 1.1.0: in a text with any character beyond ASCII, extract_keywords_with_span gives wrong ends. A keyword
# before the first such character ends one too late. A keyword of one character at the end of the text ends at 1, before
# it starts. Of two keywords without anything between them, the second gets the wrong span.
#
# Guess: text[start:end] is the keyword in the text, as in the example of its documentation and as in plain ASCII.
# Seen (python 3.11):
#   'Python in Zurich': Python 0-6 is 'Python'
#   'Python in Zürich': Python 0-7 is 'Python '
#   'SQL, Java – 80 %': SQL 0-4 is 'SQL,'; Java 5-10 is 'Java '
#   'Größe: R': R 7-1 is ''
#   '東京大阪': 東京 0-2 is '東京'; 大阪 6-1 is ''
# So every position before the first umlaut, dash or euro sign of an advert is too long.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check flashtext2==1.1.0 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from flashtext2 import KeywordProcessor

processor = KeywordProcessor(case_sensitive=True)
processor.add_keywords_from_iter(["Python", "SQL", "Java", "R", "東京", "大阪"])
seen = {}
for text in ("Python in Zurich", "Python in Zürich", "SQL, Java – 80 %", "Größe: R", "東京大阪"):
    found = processor.extract_keywords_with_span(text)
    seen[text] = [(word, text[start:end]) for word, start, end in found]
    print(f"{text!r}: " + "; ".join(f"{word} {start}-{end} is {text[start:end]!r}" for word, start, end in found))
assert seen == {
    "Python in Zurich": [("Python", "Python")],
    "Python in Zürich": [("Python", "Python ")],
    "SQL, Java – 80 %": [("SQL", "SQL,"), ("Java", "Java ")],
    "Größe: R": [("R", "")],
    "東京大阪": [("東京", "東京"), ("大阪", "")],
}, "the behaviour has changed"
PYTHON
