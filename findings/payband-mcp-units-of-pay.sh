#!/usr/bin/env bash
# payband-mcp 0.12.0: Ashby writes the unit of pay as "1 YEAR", which becomes "1 year", beside "year" for all the other
# boards. So the yearly pay of an employer on Ashby is not compared with that of one on Greenhouse or Lever. In text,
# "PM" (product manager, or 5 pm) near the pay is "a month", and a band in "$" takes the currency of the band after it.
#
# Guess: a year is a year, and dollars of the US stay dollars of the US. Its documentation names Ashby among the boards
# that it compares, "sorted by midpoint"; what is left out is "a different unit", "because no rate converts an hourly
# figure into an annual one". Other readers of Ashby (ats-scrapers, openroles) know its "1 YEAR" and take it for a year.
# Seen (python 3.11), market_rate for a data engineer, all four paid by the year in US dollars:
#   ranked by year: On Greenhouse 120000.0, On Lever 110000.0
#   other intervals: On Ashby 1 year 180000.0, On Ashby too 1 year 160000.0
# Seen, the unit and the currency of 150,000 to 200,000 from text, and whether the posting is said to state the unit:
#   The salary range is $150,000 - $200,000.: year USD, stated False
#   The salary range for this PM role is $150,000 - $200,000.: month USD, stated True
#   Hours are 9 am to 5 pm. The salary range is $150,000 - $200,000.: month USD, stated True
#   Salary range: $150,000 - $200,000 per year, paid monthly.: month USD, stated True
#   US: $150,000 - $200,000. Canada: CAD 130,000 - 170,000.: year CAD, stated False
# The two that pay most are left out of the ranking; product managers earn $200,000 a month.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check payband-mcp==0.12.0 mcp==2.3.0 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from payband_mcp import ats, money, server


def ashby(low, high):
    pay = {"compensationType": "Salary", "interval": "1 YEAR", "currencyCode": "USD", "minValue": low, "maxValue": high}
    tier = {"components": [pay]}
    link = "https://jobs.ashbyhq.com/example/7"
    return {"jobs": [{"title": "Data Engineer", "jobUrl": link, "compensation": {"compensationTiers": [tier]}}]}


answers = {  # what the boards would say, no network
    "On Ashby": (ats._ashby, ashby(180_000, 220_000)),
    "On Ashby too": (ats._ashby, ashby(160_000, 200_000)),
    "On Greenhouse": (
        ats._greenhouse,
        {"jobs": [{"title": "Data Engineer", "content": "Salary range: $120,000 - $150,000 per year."}]},
    ),
    "On Lever": (
        ats._lever,
        [{"text": "Data Engineer", "descriptionPlain": "Salary range: $110,000 - $140,000 per year."}],
    ),
}


def fetch_postings(company, board=None, role=""):
    read, answer = answers[company]
    ats._get = lambda url: answer
    return company, read(company)


ats.fetch_postings = fetch_postings
table = server.market_rate("data engineer", ["On Greenhouse", "On Ashby", "On Lever", "On Ashby too"])
ranked = [(row["company"], row["typical"]["min"]) for row in table["rates"]]
others = [(row["company"], row["interval"], row["typical"]["min"]) for row in table["other_intervals"]]
print(f"ranked by {table['interval']}: " + ", ".join(f"{name} {low}" for name, low in ranked))
print("other intervals: " + ", ".join(f"{name} {unit} {low}" for name, unit, low in others))

expected = {
    "The salary range is $150,000 - $200,000.": ("year", "USD", False),
    "The salary range for this PM role is $150,000 - $200,000.": ("month", "USD", True),
    "Hours are 9 am to 5 pm. The salary range is $150,000 - $200,000.": ("month", "USD", True),
    "Salary range: $150,000 - $200,000 per year, paid monthly.": ("month", "USD", True),
    "US: $150,000 - $200,000. Canada: CAD 130,000 - 170,000.": ("year", "CAD", False),
}
seen = {}
for text in expected:
    pay = money.parse(text)
    assert (pay["min"], pay["max"]) == (150_000, 200_000)
    seen[text] = pay["interval"], pay["currency"], pay["interval_stated"]
    print(f"{text}: {pay['interval']} {pay['currency']}, stated {pay['interval_stated']}")
assert (table["interval"], ranked, others, seen) == (
    "year",
    [("On Greenhouse", 120_000), ("On Lever", 110_000)],
    [("On Ashby", "1 year", 180_000), ("On Ashby too", "1 year", 160_000)],
    expected,
), "the behaviour has changed"
PYTHON
