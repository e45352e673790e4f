#!/usr/bin/env bash
# kreuzberg 4.10.4: as soon as a page has one heading, paragraph, list or table, its plain text (the default) leaves
# out all text that is not in such an element. Text of div, section, address, dl and plain lines between is lost.
#
# Guess: the plain text of a page has all its words, like the Markdown of the same page by the same library, or like
# the plain text of the same page without its heading.
# Seen (python 3.11):
#   facts in div: 'Nurse\n\nWrite to us.'
#   the same as Markdown: has all of '14 euros', '38 hours', 'Mill Street 1'
#   facts in dl: 'Nurse\n\nWrite to us.'
#   text after headings: 'Pay\n\nHours'
#   one advert in div, without a heading: 'Pay: 14 euros\n\nHours: 38 hours\n\nMill Street 1'
# Adverts are made of div elements more than of anything else. Pay and hours vanish without a warning, while title
# and paragraphs stay, so a model that reads the text reports them as not stated.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check kreuzberg==4.10.4 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
import kreuzberg

FACTS = "<div>Pay: 14 euros</div><div>Hours: 38 hours</div><address>Mill Street 1</address>"
TERMS = "<dl><dt>Pay</dt><dd>14 euros</dd><dt>Hours</dt><dd>38 hours</dd></dl>"


def text(body, **settings):
    page = f'<!DOCTYPE html><html lang="en"><head><title>Nurse</title></head><body>{body}</body></html>'
    config = kreuzberg.ExtractionConfig(use_cache=False, **settings)
    result = kreuzberg.extract_bytes_sync(page.encode(), "text/html", config=config)
    assert not result.processing_warnings, result.processing_warnings
    return result.content.strip()


pages = {
    "facts in div": f"<h1>Nurse</h1>{FACTS}<p>Write to us.</p>",
    "facts in dl": f"<h1>Nurse</h1>{TERMS}<p>Write to us.</p>",
    "text after headings": "<h2>Pay</h2>14 euros<h2>Hours</h2><span>38 hours</span>",
    "one advert in div, without a heading": FACTS,
}
seen = {}
for name, body in pages.items():
    seen[name] = text(body)
    print(f"{name}: {seen[name]!r}")
    markdown = text(body, output_format="markdown")
    assert "14 euros" in markdown and "38 hours" in markdown, markdown
    assert ("Mill Street 1" in markdown) == (FACTS in body), markdown
assert seen == {
    "facts in div": "Nurse\n\nWrite to us.",
    "facts in dl": "Nurse\n\nWrite to us.",
    "text after headings": "Pay\n\nHours",
    "one advert in div, without a heading": "Pay: 14 euros\n\nHours: 38 hours\n\nMill Street 1",
}, "the behaviour has changed"
PYTHON
