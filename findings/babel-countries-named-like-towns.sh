#!/usr/bin/env bash
# Babel 2.19.0 (Unicode CLDR): some languages call a country by the bare name of a town or region elsewhere,
# where English adds a word. Whoever matches place names against all languages' territory names reads
# "Norfolk, VA" as Norfolk Island, and Granada in Spain as Grenada.
#
# Guess: only the language's own exonyms differ ("Allemagne"); no short name is that of another place.
# Seen (python 3.11):
#   NF Norfolk Island: Norfolk in cs, nl, pl
#   SV El Salvador: Salvador in cs, fr
#   GD Grenada: Granada in es, pt
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check babel==2.19.0 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from babel import Locale

LANGUAGES = ("cs", "de", "es", "fr", "it", "nl", "pl", "pt", "sv")
seen = {}
for code, town in (("NF", "Norfolk"), ("SV", "Salvador"), ("GD", "Granada")):
    bare = [name for name in LANGUAGES if Locale(name).territories[code] == town]
    seen[code] = bare
    print(f"{code} {Locale('en').territories[code]}: {town} in {', '.join(bare)}")
assert seen == {"NF": ["cs", "nl", "pl"], "SV": ["cs", "fr"], "GD": ["es", "pt"]}, "changed"
PYTHON
