#!/usr/bin/env bash
# text2num 3.1.0 with price-parser 0.5.1: 40 thousand euros become 401000. alpha2digit replaces the word for a thousand
# behind a number in figures by 1000 without multiplying ("40 mil" -> "40 1000"), and price-parser takes the space for
# a mark between groups of figures, though no group has four.
#
# Guess: "40 mil euros" is 40000 like "cuarenta mil euros", or stays as it is, since "mil" alone is not the number here.
# A request of 2020 (allo-media/text2num, issue 27, open) asks that text2num read the mixed form, and a comment shows
# "20 1000"; the readme does not say it. And price-parser does not read "40 1000" as one amount, or reads the 40.
# Seen (python 3.11), text, text after alpha2digit, amount of that:
#   es cuarenta mil euros al año | 40000 euros al año | 40000
#   es 40 mil euros al año | 40 1000 euros al año | 401000
#   es 2 mil euros al mes | 2 1000 euros al mes | 21000
#   pt R$ 3 mil por mês | R$ 3 1000 por mês | 31000
#   fr 45 mille euros | 45 1000 euros | 451000
#   de 45 Tausend Euro | 45 1000 Euro | 451000
#   nl 45 duizend euro | 45 1000 euro | 451000
#   da 400 tusind kroner | 400 1000 kroner | 4001000
#   en 90 thousand dollars | 90 1000 dollars | 901000
#   it 45 mila euro | 45 mila euro | 45
# "40 mil" is a usual way to write pay in Spanish and Portuguese, and the two packages seem a plain way to read it:
# the pay is about ten times too large, and a limit on plausible pay does not catch 21000 or 31000.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check text2num==3.1.0 price-parser==0.5.1 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from price_parser import Price
from text_to_num import alpha2digit

expected = [
    ("es", "cuarenta mil euros al año", "40000 euros al año", 40000),
    ("es", "40 mil euros al año", "40 1000 euros al año", 401000),
    ("es", "2 mil euros al mes", "2 1000 euros al mes", 21000),
    ("pt", "R$ 3 mil por mês", "R$ 3 1000 por mês", 31000),
    ("fr", "45 mille euros", "45 1000 euros", 451000),
    ("de", "45 Tausend Euro", "45 1000 Euro", 451000),
    ("nl", "45 duizend euro", "45 1000 euro", 451000),
    ("da", "400 tusind kroner", "400 1000 kroner", 4001000),
    ("en", "90 thousand dollars", "90 1000 dollars", 901000),
    ("it", "45 mila euro", "45 mila euro", 45),
]
for language, text, figures, amount in expected:
    seen = alpha2digit(text, language)
    read = Price.fromstring(seen).amount
    print(f"{language} {text} | {seen} | {read}")
    assert (seen, read) == (figures, amount), "the behaviour has changed"
PYTHON
