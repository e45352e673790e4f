#!/usr/bin/env bash
# krippendorff 0.9.0: a label that is the text "nan" counts as missing. "nan" is the code of Min Nan Chinese in
# ISO 639-3, so labels of languages lose every disagreement (and agreement) about it, without an error.
#
# Guess: in data of strings every string is a value; only a float NaN is missing.
# Seen (python 3.11), two people, six documents, who dispute one of them:
#   cmn or nan: 1.000
#   cmn or NAN: 0.766
# The second line has the same labels in capitals. A disputed field passes as one without disputes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check krippendorff==0.9.0 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
import krippendorff

seen = {}
for code in ("nan", "NAN"):
    one = ["en", "en", "cmn", "cmn", code, code]
    other = ["en", "en", "cmn", "cmn", code, "cmn"]
    alpha = krippendorff.alpha(reliability_data=[one, other], level_of_measurement="nominal")
    seen[code] = round(float(alpha), 3)
    print(f"cmn or {code}: {alpha:.3f}")
assert seen == {"nan": 1.0, "NAN": 0.766}, "the behaviour has changed"
PYTHON
