#!/usr/bin/env bash
# glassbox-hiring 0.1.3: the rubric that scores a résumé against the skills of a job also finds the skills in the name
# of the person, so Ruby and Jo R. score higher than Anna with the same text. Its audit, with its list of names, calls
# the same rubric invariant; but it calls one that is, not invariant, where a skill looks like a pronoun: HIS, the
# hospital information system, becomes HER and THEIR. "C" is met by "C++", and a skill that a line break splits is not.
#
# Guess: a name changes nothing. Its documentation calls it "counterfactually invariant to names and pronouns, which a
# keyword rubric trivially is", and says of its example "Swapping a candidate's name moves the score by exactly
# zero" and "The scorer is provably blind to names"; of the swap of pronouns, "word-boundary aware, so "his" inside
# "history" is untouched"; of the skills, "matched as whole words", and that whitespace is collapsed.
# Seen (python 3.11), the score of the same text for a job that needs Ruby and SQL and likes Go and R:
#   Anna Example: 0.333
#   Ruby Example: 0.667
#   Jo R. Example: 0.500
# Seen, the audit of a rubric with one résumé, whose text has no pronoun:
#   Ruby, SQL, Go, R: invariant True, spread by name 0.000, by pronoun 0.000
#   HIS, SQL: invariant False, spread by name 0.000, by pronoun 0.500
# Seen, the required skills that are found:
#   C++ and C#: C
#   SQL and machine / learning: SQL
# The audit is what one would show for the rubric: it clears one that reads names, and accuses one that does not.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check glassbox-hiring==0.1.3 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from glassbox.audit.perturb import run_perturbation_audit
from glassbox.score import Rubric, score_resume

text = "\nSkills: SQL, Python\n"
rubric = Rubric.from_skills(required=["Ruby", "SQL"], preferred=["Go", "R"])
scores = {}
for name in ("Anna Example", "Ruby Example", "Jo R. Example"):
    scores[name] = round(score_resume(name + text, rubric).score, 3)
    print(f"{name}: {scores[name]:.3f}")

audits = {}
hospital = Rubric.from_skills(required=["HIS", "SQL"])
for label, skills, resume in (
    ("Ruby, SQL, Go, R", rubric, "Anna Example" + text),
    ("HIS, SQL", hospital, "Anna Example\nSkills: HIS (hospital information system), SQL\n"),
):
    report = run_perturbation_audit([resume], lambda text: score_resume(text, skills).score)
    spread = report.dimension_spread()
    audits[label] = report.is_invariant, spread["name"], spread["pronoun"]
    spreads = f"spread by name {spread['name']:.3f}, by pronoun {spread['pronoun']:.3f}"
    print(f"{label}: invariant {report.is_invariant}, {spreads}")

found = {}
for resume in ("C++ and C#", "SQL and machine\nlearning"):
    result = score_resume(f"Anna Example\n{resume}", Rubric.from_skills(required=["C", "SQL", "machine learning"]))
    found[resume] = [score.requirement.name for score in result.matched]
    print(f"{resume}: ".replace("\n", " / ") + ", ".join(found[resume]))
assert scores == {"Anna Example": 0.333, "Ruby Example": 0.667, "Jo R. Example": 0.5}, "the behaviour has changed"
assert audits == {"Ruby, SQL, Go, R": (True, 0.0, 0.0), "HIS, SQL": (False, 0.0, 0.5)}, "the behaviour has changed"
assert found == {"C++ and C#": ["C"], "SQL and machine\nlearning": ["SQL"]}, "the behaviour has changed"
PYTHON
