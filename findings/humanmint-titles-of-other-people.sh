#!/usr/bin/env bash
# humanmint 2.0.1: title_canonical, the job title it standardizes from "73K+ titles with curated canonicals" and with
# "semantic conflict checks", is another job for titles with "to the" or "Non-", and C++ and C# are both C. It is the
# job of the boss, or one of a school, with a confidence of 0.85 to 0.98; 0.98 is that of a title of the list.
#
# Guess: the assistant of a director is an assistant, as "Executive Assistant to the CEO" is; what is not in the
# list has no canonical title (as "F# Developer") or a low confidence.
# Seen (python 3.11):
#   Executive Assistant to the CEO: executive assistant 0.98
#   Personal Assistant to the Managing Director: assistant principal 0.98
#   Advisor to the President: president 0.98
#   Driver to the Mayor: mayor 0.85
#   Non-Executive Director: executive director 0.9
#   C Developer: c developer 0.98
#   C# Developer: c developer 0.96
#   C++ Developer: c developer 0.92
#   F# Developer: None 0.0
# Who counts or joins adverts by it has secretaries among the heads of schools, and three languages in one group.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check humanmint==2.0.1 rapidfuzz==3.14.6 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from humanmint import mint

seen = []
for title in (
    "Executive Assistant to the CEO",
    "Personal Assistant to the Managing Director",
    "Advisor to the President",
    "Driver to the Mayor",
    "Non-Executive Director",
    "C Developer",
    "C# Developer",
    "C++ Developer",
    "F# Developer",
):
    result = mint(title=title)
    seen.append((result.title_canonical, round(result.title_confidence, 2)))
    print(f"{title}: {seen[-1][0]} {seen[-1][1]}")
assert seen == [
    ("executive assistant", 0.98),
    ("assistant principal", 0.98),
    ("president", 0.98),
    ("mayor", 0.85),
    ("executive director", 0.9),
    ("c developer", 0.98),
    ("c developer", 0.96),
    ("c developer", 0.92),
    (None, 0.0),
], "the behaviour has changed"
PYTHON
