#!/usr/bin/env bash
# nervaluate 1.2.1: of spans with start and end in characters (its loader "dict", for lists of spans in the style of
# Prodigy, whose end is the character after the span), two that only touch count as overlapping, since an end is taken
# for the last position within. A wrong span that ends where a right one starts takes the label that the right one
# matches to the letter: the right one is then "spurious", and nothing is correct, also by the strict measure.
#
# Guess: spans 0-5 and 5-10 have no character in common, so what is found exactly is correct, whatever stands beside it.
# Seen (python 3.11), strict, "30万円" labelled as pay in "月給30万円。":
#   found 2-6: correct 1, incorrect 0, spurious 0
#   found 0-1 and 2-6, which do not touch: correct 1, incorrect 0, spurious 1
#   found 0-2 and 2-6, which touch: correct 0, incorrect 1, spurious 1
#   found 6-7 alone, which touches: correct 0, incorrect 1, spurious 0
# By the measure of types (ent_type), the last line counts as correct, and by "partial" as half: a full stop, for pay.
# Spans touch in texts without spaces, and at signs: "€" and "2,500", "80" and "%". With end - 1 all is as guessed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check nervaluate==1.2.1 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from nervaluate import Evaluator

TEXT = "月給30万円。"
LABELLED = (2, 6)
assert TEXT[slice(*LABELLED)] == "30万円"


def spans(found, less=0):
    """Return spans as dictionaries, with ends that are less by so many characters."""
    return [{"label": "PAY", "start": start, "end": end - less} for start, end in found]


def score(found, measure="strict", less=0):
    """Return the counts of one document."""
    evaluator = Evaluator([spans([LABELLED], less)], [spans(found, less)], tags=["PAY"], loader="dict")
    counts = evaluator.evaluate()["overall"][measure]
    return counts.correct, counts.incorrect, counts.spurious


seen = []
for name, found in (
    ("2-6", [(2, 6)]),
    ("0-1 and 2-6, which do not touch", [(0, 1), (2, 6)]),
    ("0-2 and 2-6, which touch", [(0, 2), (2, 6)]),
    ("6-7 alone, which touches", [(6, 7)]),
):
    seen.append(score(found))
    print("found {}: correct {}, incorrect {}, spurious {}".format(name, *seen[-1]))
assert seen == [(1, 0, 0), (1, 0, 1), (0, 1, 1), (0, 1, 0)], "the behaviour has changed"
assert score([(6, 7)], "ent_type") == (1, 0, 0), "the measure of types has changed"
assert score([(0, 2), (2, 6)], less=1) == (1, 0, 1), "ends within the spans have changed"
PYTHON
