#!/usr/bin/env bash
# stellenpilot 0.12.1: it "reads which German level an ad really needs" and "skips ads far above yours". An advert that
# says fluent German is not required is read as one that requires B2, the class of a driving licence (C1: lorries to
# 7.5 t) as the level, a course on offer as a demand, and the "very good" of any other word as that of German.
#
# Guess: "not required" gives None, as it does without the word "fluent"; a stated "Deutsch A2" wins over a licence; and
# a level comes from words about the language: "Each sentence is read on its own, and each describing word is paired
# with the language it sits next to" (its docstring).
# Seen (python 3.11), the level that the text requires, and whether the advert is too high for a reader with A2:
#   German is not required.: None, False
#   Fluent German is not required.: B2, True
#   Deutschkenntnisse sind nicht erforderlich.: None, False
#   Gute Deutschkenntnisse sind nicht erforderlich.: B2, True
#   Deutsch A2, Führerschein Klasse B: A2, False
#   Führerschein Klasse C1, Deutsch A2: C1, True
#   We offer free German courses (A1 to C1).: C1, True
#   You get a very good salary and a permanent German contract.: C1, True
# So a learner is not shown just those adverts that were written for learners.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check stellenpilot==0.12.1 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from stellenpilot.text import german_too_high, required_german_level

expected = {
    "German is not required.": (None, False),
    "Fluent German is not required.": ("B2", True),
    "Deutschkenntnisse sind nicht erforderlich.": (None, False),
    "Gute Deutschkenntnisse sind nicht erforderlich.": ("B2", True),
    "Deutsch A2, Führerschein Klasse B": ("A2", False),
    "Führerschein Klasse C1, Deutsch A2": ("C1", True),
    "We offer free German courses (A1 to C1).": ("C1", True),
    "You get a very good salary and a permanent German contract.": ("C1", True),
}
seen = {}
for text in expected:
    level = required_german_level(text)
    seen[text] = (level, german_too_high(level, "A2"))
    print(f"{text}: {level}, {seen[text][1]}")
assert seen == expected, "the behaviour has changed"
PYTHON
