#!/usr/bin/env bash
# jusText 3.0.2 with lxml 6.1.3: the space between two inline elements is lost, so their texts become one word. A text
# of nothing but white space between two tags is skipped, also where it is all that stands between two words or numbers.
#
# Guess: white space between two inline elements is a space, as a browser shows it and as between two plain words.
# Seen (python 3.11):
#   <p>Pay: 14 38 hours</p>: 'Pay: 14 38 hours'
#   <p>Pay: <b>14</b> <i>38 hours</i></p>: 'Pay: 1438 hours'
#   <p><b>Start</b> <time>4 May</time> <span>2027</span></p>: 'Start4 May2027'
#   <p>In <a href="/1">Bern</a> <a href="/2">Basel</a></p>: 'In BernBasel'
# A line of tags, a label in bold with its value, or two links: 14 euros for 38 hours are read as 1438 hours.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check justext==3.0.2 lxml==6.1.3 lxml-html-clean==0.4.6 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
import justext

stopwords = justext.get_stoplist("English")
seen = []
for paragraph in (
    "<p>Pay: 14 38 hours</p>",
    "<p>Pay: <b>14</b> <i>38 hours</i></p>",
    "<p><b>Start</b> <time>4 May</time> <span>2027</span></p>",
    '<p>In <a href="/1">Bern</a> <a href="/2">Basel</a></p>',
):
    (found,) = justext.justext(f"<!DOCTYPE html><html><body>{paragraph}</body></html>", stopwords)
    seen.append(found.text)
    print(f"{paragraph}: {found.text!r}")
assert seen == ["Pay: 14 38 hours", "Pay: 1438 hours", "Start4 May2027", "In BernBasel"], "the behaviour has changed"
PYTHON
