#!/usr/bin/env bash
# quantulum3 0.10.0: it reads "3-5 years" and "$20 per hour", but in other forms that adverts use the unit is lost or
# another one is made up: a "+" after the number takes the unit away, a currency code before the number is left out, and
# of a range with two dollar signs one quantity stays, in "dollar dollar to the 25 per hour".
#
# Guess: "5+ years" is 5 years, "EUR 3,000" is 3000 euros like "3,000 EUR", "$20-$25 per hour" is 20 and 25 dollars per
# hour like "$20 - 25 per hour" (22.5 with an uncertainty of 2.5), "3yrs" is 3 years. The readme says that it parses
# ranges, and codes and surfaces of units; none of these forms is named as not read.
# Seen (python 3.11, without the classifier), value and unit:
#   5 years of experience: 5.0 year
#   5+ years of experience: 5.0 dimensionless
#   3yrs of experience: 3.0 year second
#   half a year: 0.5 per year
#   3,000 EUR per month: 3000.0 euro per month
#   EUR 3,000 per month: 3000.0 per month
#   $20 - 25 per hour: 22.5 dollar per hour
#   $20-$25 per hour: 20.0 dollar dollar to the 25 per hour
#   100k EUR per year: 100000.0 euro per year
#   100K USD: 100.0 kelvin united states dollar
# No error is raised; a filter on the unit "year" or "dollar per hour" drops just these adverts.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check quantulum3==0.10.0 2>/dev/null
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
from quantulum3 import parser

expected = {
    "5 years of experience": [(5.0, "year")],
    "5+ years of experience": [(5.0, "dimensionless")],
    "3yrs of experience": [(3.0, "year second")],
    "half a year": [(0.5, "per year")],
    "3,000 EUR per month": [(3000.0, "euro per month")],
    "EUR 3,000 per month": [(3000.0, "per month")],
    "$20 - 25 per hour": [(22.5, "dollar per hour")],
    "$20-$25 per hour": [(20.0, "dollar dollar to the 25 per hour")],
    "100k EUR per year": [(100000.0, "euro per year")],
    "100K USD": [(100.0, "kelvin united states dollar")],
}
for text, quantities in expected.items():
    seen = [(quantity.value, quantity.unit.name) for quantity in parser.parse(text)]
    print(f"{text}:", ", ".join(f"{value} {unit}" for value, unit in seen))
    assert seen == quantities, "the behaviour has changed"
PYTHON
