#!/usr/bin/env bash
# fastfeedparser 0.6.5: an Atom entry's link without `rel` is passed over for any other link that stands before it, so
# the address of an advert becomes that of its PDF, of its entry in the feed, or of another site.
#
# Guess: `link` is the link without `rel`, wherever it stands. RFC 4287 (4.2.7.2): a link without `rel` is to be read
# as rel="alternate". feedparser, whose API this package follows, does so.
# Seen (python 3.11, with its Rust part and without), for <link href="https://jobs.example/7"/> after another link:
#   after rel="enclosure": https://jobs.example/7.pdf
#   after rel="self": https://jobs.example/feed/7
#   after rel="related": https://employer.example/
#   before rel="enclosure": https://jobs.example/7
#   after rel="enclosure", with rel="alternate" written out: https://jobs.example/7
# Whoever follows the link to read the advert reads the wrong document, and adverts that name their employer with
# rel="related" all get the same address and pass for one when they are deduplicated.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check fastfeedparser==0.6.5 feedparser==6.0.14 2>/dev/null
cat > "$folder/look.py" <<'PYTHON'
import fastfeedparser
import feedparser

PAGE = "https://jobs.example/7"
plain, full = f'<link href="{PAGE}"/>', f'<link rel="alternate" href="{PAGE}"/>'
pdf = '<link rel="enclosure" type="application/pdf" href="https://jobs.example/7.pdf"/>'
entry = '<link rel="self" href="https://jobs.example/feed/7"/>'
employer = '<link rel="related" href="https://employer.example/"/>'
cases = {
    'after rel="enclosure"': pdf + plain,
    'after rel="self"': entry + plain,
    'after rel="related"': employer + plain,
    'before rel="enclosure"': plain + pdf,
    'after rel="enclosure", with rel="alternate" written out': pdf + full,
}
seen = {}
for name, links in cases.items():
    text = (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Jobs</title><id>urn:x:jobs</id>'
        "<updated>2026-11-30T10:00:00Z</updated><author><name>Jobs</name></author><entry><title>Nurse</title>"
        f"<id>urn:x:7</id><updated>2026-11-30T10:00:00Z</updated>{links}<summary>Day clinic</summary></entry></feed>"
    )
    seen[name] = fastfeedparser.parse(text).entries[0]["link"]
    assert feedparser.parse(text).entries[0]["link"] == PAGE
    print(f"{name}: {seen[name]}")
assert list(seen.values()) == [
    "https://jobs.example/7.pdf",
    "https://jobs.example/feed/7",
    "https://employer.example/",
    PAGE,
    PAGE,
], "the behaviour has changed"
PYTHON
"$folder/venv/bin/python" "$folder/look.py"
FASTFEEDPARSER_DISABLE_CORE=1 "$folder/venv/bin/python" "$folder/look.py" >/dev/null
