#!/usr/bin/env bash
# fastfeedparser 0.6.5: an item of an RSS feed that has no date gets one from its guid. The number of an advert, such
# as 4711 or 190405, becomes its date of publication.
#
# Guess: an item without a date has no `published`. RSS 2.0 lets a pubDate be left out and says of a guid that "there
# are no rules for the syntax". feedparser, whose API this package follows, gives no date.
# Seen (python 3.11, with its Rust part and without), for <guid isPermaLink="false">:
#   190405: 2005-04-19T00:00:00+00:00
#   20190405: 2019-04-05T00:00:00+00:00
#   2031: in the year 2031
#   4711: in the year 4711
#   7: on day 07 of this month
#   03-2024: in month 2024-03
#   99999: no date
#   JR-000123: no date
#   4711 with a pubDate: 2026-10-05T08:00:00+00:00
# Feeds of job boards carry the board's own number as guid, and often no date. New adverts then look years old or lie
# in the future, and others of the same feed have no date, so nothing shows that these are made up. The README
# names "automatic date parsing" and says nothing of guids.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check fastfeedparser==0.6.5 feedparser==6.0.14 2>/dev/null
cat > "$folder/look.py" <<'PYTHON'
import fastfeedparser
import feedparser


def entry(guid, more="", parse=fastfeedparser.parse):
    found = parse(
        '<?xml version="1.0"?><rss version="2.0"><channel><title>Jobs</title><link>https://jobs.example/</link>'
        "<description>All jobs</description><item><title>Nurse</title><link>https://jobs.example/a</link>"
        f'<guid isPermaLink="false">{guid}</guid>{more}</item></channel></rss>'
    ).entries[0]
    assert (found["title"], found["link"], found["id"]) == ("Nurse", "https://jobs.example/a", guid), found
    return found


# What a date lacks is taken from today, so of some only the part that the guid gives is compared.
PARTS = {
    "190405": (0, 25, "2005-04-19T00:00:00+00:00"),
    "20190405": (0, 25, "2019-04-05T00:00:00+00:00"),
    "2031": (0, 4, "2031"),
    "4711": (0, 4, "4711"),
    "7": (8, 10, "07"),
    "03-2024": (0, 7, "2024-03"),
}
for guid, (start, end, part) in PARTS.items():
    date = entry(guid).get("published") or ""
    print(f"{guid}: {date}")
    assert date[start:end] == part, "the behaviour has changed"
    assert "published" not in entry(guid, parse=feedparser.parse)
for guid in ("99999", "JR-000123"):
    assert "published" not in entry(guid), "the behaviour has changed"
    print(f"{guid}: no date")
date = entry("4711", "<pubDate>Mon, 05 Oct 2026 10:00:00 +0200</pubDate>")["published"]
print(f"4711 with a pubDate: {date}")
assert date == "2026-10-05T08:00:00+00:00", "the behaviour has changed"
PYTHON
"$folder/venv/bin/python" "$folder/look.py"
FASTFEEDPARSER_DISABLE_CORE=1 "$folder/venv/bin/python" "$folder/look.py" >/dev/null
