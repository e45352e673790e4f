#!/usr/bin/env bash
# usajobs-monitor 0.4.0: a posting with "St." in its title, as in St. Louis or St. Cloud, is taken for one of a senior
# executive, whatever its grade, since ST is also a pay plan (scientific and professional) and one of the words that it
# looks for in titles. So is the assistant of an executive director.
#
# Guess: an assistant of grade GS-5 in St. Louis is kept as the one in Chicago is. Its README says that it sets aside
# "senior executive roles, from the pay plan (SES and equivalents, plus any pay plans you list)", and that it "filters
# out what boilerplate hides"; the pay plan here is GS. (The built-in words are " sl " and " st " with spaces, which
# are stripped; then they match as whole words, at any dot or bracket.)
# Seen (python 3.11), each GS-5 to 6, open to the public, with the default filters:
#   Medical Support Assistant (Chicago): kept
#   Medical Support Assistant (Saint Louis): kept
#   Medical Support Assistant (St. Louis): senior executive or director-level title
#   Medical Support Assistant - St. Cloud: senior executive or director-level title
#   Medical Support Assistant (Port St. Lucie): senior executive or director-level title
#   Administrative Assistant to the Executive Director: senior executive or director-level title
# It is one of the reasons that "can never become a fit, so they are never near misses": the job is not on the watch
# list and not among the near misses either, so nobody who relies on the report gets to see it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps usajobs-monitor==0.4.0 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from usajobs_monitor.config import validate_config
from usajobs_monitor.reasons import is_hard_no
from usajobs_monitor.review import review_job

profile = {
    "profile": {"applicant_types": ["public"]},
    "search": {
        "keywords": ["assistant"],
        "locations": ["Missouri"],
        "role_title_terms": ["assistant"],
        "target_role_keywords": ["assistant"],
    },
    "filters": {},
    "eligibility": {"service": "none"},
}
config, _ = validate_config(profile)
executive = "senior executive or director-level title"
expected = {
    "Medical Support Assistant (Chicago)": "kept",
    "Medical Support Assistant (Saint Louis)": "kept",
    "Medical Support Assistant (St. Louis)": executive,
    "Medical Support Assistant - St. Cloud": executive,
    "Medical Support Assistant (Port St. Lucie)": executive,
    "Administrative Assistant to the Executive Director": executive,
}
seen = {}
for title in expected:
    job = {
        "PositionTitle": title,
        "OrganizationName": "Example Agency",
        "JobGrade": [{"Code": "GS"}],
        "JobCategory": [{"Code": "0679", "Name": "Medical Support Assistance"}],
        "PositionOfferingType": [{"Code": "15317", "Name": "Permanent"}],
        "PositionRemuneration": [{"MinimumRange": "42000", "MaximumRange": "54000", "RateIntervalCode": "PA"}],
        "UserArea": {"Details": {"HiringPath": ["public"], "LowGrade": "5", "HighGrade": "6"}},
    }
    result = review_job(job, config)
    seen[title] = "kept" if result.kept else "; ".join(result.reasons)
    assert result.kept or all(is_hard_no(reason) for reason in result.reasons)
    print(f"{title}: {seen[title]}")
assert seen == expected, "the behaviour has changed"
PYTHON
