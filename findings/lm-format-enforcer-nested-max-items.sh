#!/usr/bin/env bash
# lm-format-enforcer 0.11.3: a list of lists may not have as many items as `maxItems` allows.
#
# JSON Schema: {"type": "array", "items": {"type": "array", "items": {"type": "integer"}, "minItems": 2,
# "maxItems": 2}, "maxItems": N}. The value [[1, 1], [1, 1], [1, 1]] has three items and is valid for N = 3
# (the package jsonschema agrees). The enforcer allows no comma after the second item, so constrained decoding
# can never produce the third. The shortfall grows with N: of 5 items 3 are possible. Lists of integers or of
# strings with the same `maxItems` are not affected.
#
# Seen on 2026-11-29 with Python 3.11:
#   maxItems 2: 2 items possible
#   maxItems 3: 2 items possible
#   maxItems 5: 3 items possible
#   flat list, maxItems 5: 5 items possible
#
# Exits with 0 while the behaviour is as above, and with 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check lm-format-enforcer==0.11.3 jsonschema==4.26.0
"$folder/venv/bin/python" - <<'PYTHON'
import json
import sys

import jsonschema
from lmformatenforcer import JsonSchemaParser


def possible(items, value, most):
    """Return how many items of a list the enforcer lets through, of those that are valid."""
    schema = {"type": "array", "items": items, "maxItems": most}
    longest = 0
    for count in range(1, most + 1):
        text = json.dumps([value] * count)
        jsonschema.validate(json.loads(text), schema)
        parser = JsonSchemaParser(schema)
        for char in text:
            if char not in parser.get_allowed_characters():
                break
            parser = parser.add_character(char)
        else:
            longest = count if parser.can_end() else longest
    return longest


pair = {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}
seen = [possible(pair, [1, 1], most) for most in (2, 3, 5)]
flat = possible({"type": "integer"}, 1, 5)
for most, count in zip((2, 3, 5), seen):
    print(f"maxItems {most}: {count} items possible")
print(f"flat list, maxItems 5: {flat} items possible")
sys.exit(0 if (seen, flat) == ([2, 2, 3], 5) else 1)
PYTHON
