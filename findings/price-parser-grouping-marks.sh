#!/usr/bin/env bash
# price-parser 0.5.1: it reads an amount only up to a typographic apostrophe (U+2019), the Arabic thousands separator
# (U+066C) or a full-width comma (U+FF0C) between its groups, so the amount is a thousand times too small, and no error
# says so. The straight apostrophe, and digits of Arabic and full-width digits without a mark, are read.
#
# Guess: "CHF 90’000" is 90000 like "CHF 90'000", since Swiss pages write both, and "٩٠٬٠٠٠" is 90000, as the CLDR
# writes it (Babel 2.19.0, ar_EG).
# Seen (python 3.11):
#   "CHF 90'000" 90000
#   'CHF 90’000' 90
#   '80’000 – 95’000 CHF' 80
#   'CHF 5’500 im Monat' 5
#   '٩٠٠٠ ر.س' 9000
#   '٩٠٬٠٠٠ ر.س' 90
#   '90000円' 90000
#   '９０，０００円' 90
# A yearly salary of 90,000 francs becomes one of 90.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check price-parser==0.5.1 babel==2.19.0 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from babel.numbers import format_decimal
from price_parser import Price

assert format_decimal(90000, locale="ar_EG", numbering_system="default") == "90\u066c000", "another CLDR"
seen = {}
for text in (
    "CHF 90'000",
    "CHF 90\u2019000",
    "80\u2019000 \u2013 95\u2019000 CHF",
    "CHF 5\u2019500 im Monat",
    "\u0669\u0660\u0660\u0660 \u0631.\u0633",
    "\u0669\u0660\u066c\u0660\u0660\u0660 \u0631.\u0633",
    "90000\u5186",
    "\uff19\uff10\uff0c\uff10\uff10\uff10\u5186",
):
    seen[text] = int(Price.fromstring(text).amount)
    print(f"{text!r} {seen[text]}")
assert list(seen.values()) == [90000, 90, 80, 5, 9000, 90, 90000, 90], "the behaviour has changed"
PYTHON
