#!/usr/bin/env bash
# ats-jobs-mcp 1.1.0: closing dates, terms of contracts, working hours and pay vanish from the description of a job, as
# "[phone removed]". Any run of figures, spaces, dots, brackets and hyphens with nine signs or more is taken for a phone
# number: dates with hyphens or dots, and ranges of pay whose figures have no commas.
#
# Guess: phone numbers are removed, dates and pay stay. Its documentation says "Email addresses and phone numbers are
# removed from job descriptions, because descriptions genuinely carry them", and no more.
# Seen (python 3.11), the descriptions of jobs from Lever:
#   Apply by 2026-12-31. -> Apply by [phone removed].
#   Bewerbung bis 31.12.2026 -> Bewerbung bis [phone removed]
#   Fixed term (01.03.2027 - 31.08.2027) -> Fixed term ([phone removed])
#   School year 2026 - 2027 -> School year [phone removed]
#   Shift 8.00 - 16.30 -> Shift [phone removed]
#   Pay: 80.000 - 95.000 EUR -> Pay: [phone removed] EUR
#   Pay: 80 000 - 95 000 EUR -> Pay: [phone removed] EUR
#   Pay: $80000 - 95000 -> Pay: $[phone removed]
#   Pay: $80,000 - $95,000 -> Pay: $80,000 - $95,000
# Records have no field for a closing date or a term, and Greenhouse's and Lever's pay often stands in the text alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps ats-jobs-mcp==1.1.0 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from ats_jobs_mcp.ats import SYSTEMS

expected = {
    "Apply by 2026-12-31.": "Apply by [phone removed].",
    "Bewerbung bis 31.12.2026": "Bewerbung bis [phone removed]",
    "Fixed term (01.03.2027 - 31.08.2027)": "Fixed term ([phone removed])",
    "School year 2026 - 2027": "School year [phone removed]",
    "Shift 8.00 - 16.30": "Shift [phone removed]",
    "Pay: 80.000 - 95.000 EUR": "Pay: [phone removed] EUR",
    "Pay: 80 000 - 95 000 EUR": "Pay: [phone removed] EUR",
    "Pay: $80000 - 95000": "Pay: $[phone removed]",
    "Pay: $80,000 - $95,000": "Pay: $80,000 - $95,000",
}
seen = {}
for text in expected:
    advert = {"id": "7", "text": "Nurse", "hostedUrl": "https://jobs.lever.co/example/7", "descriptionPlain": text}
    # as the tool list_open_jobs does with the answer of the site, no network
    (job,) = SYSTEMS["lever"].parse_page([advert], "example", True)
    seen[text] = job["description_text"]
    print(f"{text} -> {seen[text]}")
assert seen == expected, "the behaviour has changed"
PYTHON
