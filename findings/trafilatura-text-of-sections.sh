#!/usr/bin/env bash
# trafilatura 2.3.1: text with which a <section> or <article> begins, with no <p> or heading before it, is lost: all of
# it, or all up to the first <br> or list. In a <div> of the same page it stays. No warning says so.
#
# Guess: <div> and <section> give the same text, since a section is the same box with a meaning, and the main content is
# what stands in <main>. Its documentation does not speak of text in sections.
# Seen (python 3.11), for a page with <main>, <h1>, two paragraphs and then the element; what follows the paragraphs:
#   <div>Pay: 3,000 EUR a month</div>: Pay: 3,000 EUR a month
#   <section>Pay: 3,000 EUR a month</section>: (nothing)
#   <div>Pay: 3,000 EUR a month<br>Hours: 38 a week<br>Start: 1 March</div>: all three lines
#   <section>...<br>...<br>...</section>: Hours: 38 a week / Start: 1 March
#   <article>...<br>...<br>...</article>: Hours: 38 a week / Start: 1 March
#   <section><h2>Offer</h2>...<br>...<br>...</section>: Offer and all three lines
#   <div>Pay: 3,000 EUR a month<ul><li>Bonus</li></ul></div>: Pay: 3,000 EUR a month / - Bonus
#   <section>Pay: 3,000 EUR a month<ul><li>Bonus</li></ul></section>: - Bonus
#   The line does not come back with favor_recall, and with favor_precision it is lost in the <div> too.
# The line that goes is the first one of a block, here the pay, and the rest of the advert reads as if it were whole.
# (On a page with hardly any text, a fallback takes all text, and nothing is lost.)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
# lxml_html_clean by name, as the pip of python 3.11 overlooks it where jusText asks for it as an extra of lxml
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check trafilatura==2.3.1 lxml_html_clean==0.4.6 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
import trafilatura

TEXT = (
    "<p>We are a hospital of eight hundred beds in the north of the country, and we look for a nurse who likes to work "
    "with other people every day of the week.</p><p>You plan the care of patients together with the doctors of the "
    "ward, and you write down what was done, so that the next shift knows about it.</p>"
)
PAGE = "<html><head><title>Nurse</title></head><body><main><h1>Nurse</h1>{}{}</main></body></html>"
PAY, HOURS, START = LINES = ["Pay: 3,000 EUR a month", "Hours: 38 a week", "Start: 1 March"]
BROKEN, LISTED = "<br>".join(LINES), PAY + "<ul><li>Bonus</li></ul>"


def rest(element, inner, **options):
    text = trafilatura.extract(PAGE.format(TEXT, f"<{element}>{inner}</{element}>"), **options)
    lines = text.partition("knows about it.")[2].strip().splitlines()
    print(f"<{element}>{inner}</{element}>{options or ''}:", " / ".join(lines) or "(nothing)")
    return lines


assert rest("div", PAY) == [PAY], "the behaviour has changed"
assert rest("section", PAY) == [], "the behaviour has changed"
assert rest("div", BROKEN) == LINES, "the behaviour has changed"
assert rest("section", BROKEN) == [HOURS, START], "the behaviour has changed"
assert rest("article", BROKEN) == [HOURS, START], "the behaviour has changed"
assert rest("section", "<h2>Offer</h2>" + BROKEN) == ["Offer", *LINES], "the behaviour has changed"
assert rest("div", LISTED) == [PAY, "- Bonus"], "the behaviour has changed"
assert rest("section", LISTED) == ["- Bonus"], "the behaviour has changed"
assert rest("section", BROKEN, favor_recall=True) == [HOURS, START], "the behaviour has changed"
assert rest("div", BROKEN, favor_precision=True) == [HOURS, START], "the behaviour has changed"
PYTHON
