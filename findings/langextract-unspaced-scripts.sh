#!/usr/bin/env bash
# langextract 1.7.1, whose promise is that every extraction points at its source: in a text without
# spaces between words, an extraction that stands there to the letter gets no position, or that of a
# part of it. The default tokenizer takes a run of Japanese (or Chinese) letters for one word, and
# only whole words are aligned.
#
# Guess: text that is found with str.find() is found by the aligner, with the status MATCH_EXACT.
# Seen (python 3.11, Linux):
#   ja: '東京都港区' -> None, no interval
#   ja: '30万円' -> match_lesser, '30'
#   en: 'Minato, Tokyo' -> match_exact, 'Minato, Tokyo'
# Whoever counts aligned extractions as evidence loses such pages, and whoever reads pay from the
# interval reads 30 instead of 300,000 yen.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check langextract==1.7.1 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from langextract import data, resolver


def aligned(text: str, quote: str) -> tuple[str | None, str | None]:
    extraction = data.Extraction(extraction_class="fact", extraction_text=quote)
    ((found,),) = resolver.WordAligner().align_extractions([[extraction]], text)
    place = found.char_interval
    status = found.alignment_status
    return (
        None if status is None else status.value,
        None if place is None else text[place.start_pos : place.end_pos],
    )


japanese = "月給30万円以上、勤務地は東京都港区です。"
english = "Pay from 300,000 yen a month, at Minato, Tokyo."
seen = {
    ("ja", quote): aligned(japanese, quote) for quote in ("東京都港区", "30万円")
} | {("en", "Minato, Tokyo"): aligned(english, "Minato, Tokyo")}
for (language, quote), (status, words) in seen.items():
    print(f"{language}: {quote!r} -> {status}, {words!r}")
assert all(quote in japanese or quote in english for _, quote in seen)
assert seen == {
    ("ja", "東京都港区"): (None, None),
    ("ja", "30万円"): ("match_lesser", "30"),
    ("en", "Minato, Tokyo"): ("match_exact", "Minato, Tokyo"),
}, "the behaviour has changed"
PYTHON
