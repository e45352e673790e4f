#!/usr/bin/env bash
# career-fit 0.6.0: of a range of years only the upper end is read, and of a decimal only the figures behind the point.
# "3-5 years of experience" becomes a hard constraint "5+ years", and the text kept as its source begins at the 5.
#
# Guess: "3-5 years" asks for at least 3, and 2.5 years are 2.5, or nothing is read. Its documentation says that it
# extracts "explicit hard gates, including ... experience requirements", and the docstring that the layer "captures ...
# experience floors separately so a strong soft match cannot hide an unresolved application gate".
# Seen (python 3.11), the constraint and its source:
#   3 years of experience: 3+ years of experience (3 years of experience)
#   3-5 years of experience: 5+ years of experience (5 years of experience)
#   3 to 5 years of experience: 5+ years of experience (5 years of experience)
#   two to three years of nursing experience: 3+ years of nursing experience (three years of nursing experience)
#   2.5 years of experience: 5+ years of experience (5 years of experience)
# Seen, whether a profile meets the constraint of an advert:
#   4 years against 3-5 years: unknown
#   4 years against 3+ years: met
#   1.5 years against 5+ years: met
# Each gate is shown for review before a score, but nothing marks these, and the source leaves out the lower end. The
# floor is too high for the people whom an advert with a range is for; a decimal in a profile opens gates to others.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps career-fit==0.6.0 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from career_fit import analyze_fit, extract_requirements

expected = {
    "3 years of experience": (3, "3+ years of experience", "3 years of experience"),
    "3-5 years of experience": (5, "5+ years of experience", "5 years of experience"),
    "3 to 5 years of experience": (5, "5+ years of experience", "5 years of experience"),
    "two to three years of nursing experience": (
        3,
        "3+ years of nursing experience",
        "three years of nursing experience",
    ),
    "2.5 years of experience": (5, "5+ years of experience", "5 years of experience"),
}
seen = {}
for text in expected:
    (gate,) = extract_requirements(text)
    assert gate["hard_constraint"] and gate["requirement_type"] == "experience_floor"
    seen[text] = gate["required_years"], gate["canonical_skill"], gate["original_text"]
    print(f"{text}: {gate['canonical_skill']} ({gate['original_text']})")

statuses = {("4", "3-5"): "unknown", ("4", "3+"): "met", ("1.5", "5+"): "met"}
answers = {}
for years, asked in statuses:
    job = f"{asked} years of experience in Python required."
    result = analyze_fit(job, f"I have {years} years of experience in Python.")
    (gate,) = result["hard_constraints"]
    answers[years, asked] = gate["status"]
    print(f"{years} years against {asked} years: {gate['status']}")
assert (seen, answers) == (expected, statuses), "the behaviour has changed"
PYTHON
