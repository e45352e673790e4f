"""The page as a person meets it: a real browser, no network, and texts that attack it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from evals.compare.comparison import compare
from evals.compare.paired import Swaps
from evals.report.page import Shown, page, shown
from evals.scoring.runlog import CaseResult, RunLog
from extract.errors import InputError
from tests.browsing import browsing
from tests.runs import INVENTED, NULL, OMITTED, RIGHT, WRONG, Counts, case, failed, log

ATTACK = (
    "</script><script>window.hit=1</script><img src=x onerror=window.hit=2>"
    "<!--{{7*7}}{% raw %}@@DATA@@@@POLICY@@-->javascript:window.hit=3 \u2028 &lt;b&gt; ${1} 😀 "
)
BAKER = "🥖 Night baker, Leeds\nPay: £14.50 an hour\nFull-time, nights"


def at(text: str, quote: str) -> dict[str, Any]:
    """Point at a quote, counting characters as Python does."""
    start = text.index(quote)
    return {"start": start, "end": start + len(quote), "quote": quote}


def record(text: str, quotes: dict[str, str], **values: Any) -> dict[str, Any]:
    """Make the part of a record that a page shows."""
    evidence = {name: [at(text, quote)] for name, quote in quotes.items()}
    return {"is_posting": True, "posting": values, "evidence": evidence, "states": {}, "notes": {}}


def baker(salary: Counts, pay: float | None) -> CaseResult:
    """Read the baker's posting, with a pay or without."""
    quotes = {"title": "Night baker", **({"salary": "£14.50 an hour"} if pay else {})}
    value = {"min": pay, "max": pay, "currency": "GBP", "period": "hour"} if pay else None
    made = record(BAKER, quotes, title="Night baker", salary=value)
    return case("baker", {"title": RIGHT, "salary": salary, "company": NULL}, record=made)


def attacked() -> CaseResult:
    """Read a posting in which every text is an attack."""
    made = record(ATTACK, {"title": ATTACK[:20]}, title=ATTACK, skills=[ATTACK], company=ATTACK)
    made["notes"] = {"title": ATTACK}
    made["states"] = {"title": "conflicting"}
    counts = {"title": WRONG, "skills": Counts(correct=2, omitted=3), "company": INVENTED}
    return case(ATTACK, counts, record=made)


def run(salary: Counts, pay: float | None, **plan: Any) -> RunLog:
    """Make a run over three postings, one of which failed."""
    return log(
        [baker(salary, pay), attacked(), failed("miller", {"title": OMITTED, "salary": OMITTED})],
        **plan,
    )


TEXTS = Shown(
    {"baker": BAKER, ATTACK: ATTACK, "miller": "Miller wanted"},
    {
        "baker": {
            "is_posting": [True],
            "title": ["Night baker", ATTACK],
            "salary": [{"min": 14.5, "max": 14.5, "currency": "GBP", "period": "hour"}],
            "company": [None],
        },
        ATTACK: {"title": ["x"], "skills": [["a", ATTACK]], "company": [None]},
    },
)


def data(html: str) -> dict[str, Any]:
    """Return the data of a page as the browser would read it."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found
    told: dict[str, Any] = json.loads(found[1])
    return told


def test_everything_from_a_posting_is_escaped() -> None:
    """No attack reaches the markup, and the data is whole all the same."""
    html = page([run(OMITTED, None, model=ATTACK)], TEXTS)
    assert "window.hit" not in html.replace(json.dumps(ATTACK)[1:-1], "").split('id="data">')[0]
    assert 2 == html.count("</script>")
    assert html.partition('id="data">')[2].partition("</script>")[0].isascii()
    assert "<img" not in html
    assert ATTACK == data(html)["cases"][1]["text"]
    assert ATTACK == data(html)["cases"][1]["results"][0]["values"]["title"]


def test_policy_lets_only_its_own_script_run() -> None:
    """The page's policy holds the hash of its script and forbids every request."""
    html = page([run(RIGHT, 14.5)])
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    script = re.search(r"<script>(.*?)</script>", html, re.DOTALL)
    assert policy
    assert script
    digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy[1]
    assert policy[1].startswith("default-src 'none'")
    assert "http" not in html.replace(policy[0], "").replace("http-equiv", "")


def test_one_run_or_two() -> None:
    """A page shows one run or two."""
    with pytest.raises(ValueError, match="not 3"):
        page([run(RIGHT, 14.5)] * 3)


class _Dataset:
    name, sha256, cases = "bakeries", "e" * 64, ()


def test_texts_of_another_dataset_are_refused() -> None:
    """Texts that have changed since the run would be marked at the wrong words."""
    with pytest.raises(InputError, match="bakeries: its labels or documents have changed"):
        shown(_Dataset(), run(RIGHT, 14.5))  # type: ignore[arg-type]


class Opened:
    """A page open in the browser, with all it asked for and complained about."""

    def __init__(self, browser: Any, path: Path, html: str, **context: Any) -> None:
        path.write_text(html, "utf-8")
        self.tab = browser.new_context(**context).new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.on("console", lambda message: self.complaints.append(message.text))
        self.tab.on("request", lambda request: self.requests.append(request.url))
        self.tab.goto(path.as_uri())

    def listed(self) -> list[str]:
        """Return the ids in the list of postings."""
        found: list[str] = self.tab.eval_on_selector_all(
            ".case", "each => each.map(one => one.dataset.id)"
        )
        return found

    def text(self, selector: str) -> str:
        """Return the text of an element."""
        told: str = self.tab.text_content(selector)
        return told


@pytest.fixture
def single(browser: Any, tmp_path: Path) -> Opened:
    """Open the page of one run."""
    return Opened(browser, tmp_path / "one.html", page([run(OMITTED, None)], TEXTS))


@pytest.fixture
def double(browser: Any, tmp_path: Path) -> Opened:
    """Open the page of two runs."""
    runs = run(OMITTED, None, prompt="v1"), run(RIGHT, 14.5, prompt="v2")
    compared = compare(*runs, Swaps(permutations=100, resamples=50))
    return Opened(browser, tmp_path / "two.html", page(runs, TEXTS, compared))


@browsing
def test_filter_by_outcome(single: Opened) -> None:
    """The buttons carry the numbers of values, and leave the postings that have such."""
    tab = single.tab
    assert ["baker", ATTACK, "miller"] == single.listed()
    assert ["All3", "Wrong2", "Omitted6", "Invented1", "Failed1"] == tab.locator(
        ".chip"
    ).all_text_contents()
    tab.click("[data-outcome=invented]")
    assert [ATTACK] == single.listed()
    assert "1 of 3 postings" == single.text("#shown")
    tab.click("[data-outcome=omitted]")
    tab.select_option("#by-field", "salary")
    assert ["baker", "miller"] == single.listed()
    assert "Omitted2" == single.text("[data-outcome=omitted]")
    tab.keyboard.press("Escape")
    assert 3 == len(single.listed())


@browsing
def test_counts_in_the_table_lead_to_the_postings(single: Opened) -> None:
    """Fields stand worst first; a number in the table filters to its postings."""
    rows = single.tab.locator(".fields tbody th").all_text_contents()
    assert ["company", "salary", "title"] == [
        each for each in rows if each in ("title", "salary", "company")
    ]
    single.tab.click("[aria-label='1 wrong in title']")
    assert [ATTACK] == single.listed()
    assert "title" == single.tab.input_value("#by-field")


@browsing
def test_evidence_is_marked_where_python_counts(double: Opened) -> None:
    """Characters outside the first plane, which JavaScript counts double, shift nothing."""
    double.tab.click("[data-id=baker]")
    assert ["Night baker", "£14.50 an hour"] == double.tab.locator("mark").all_text_contents()
    assert BAKER == double.text(".text")
    double.tab.click("[aria-label='Show where salary was read, after']")
    assert ["£14.50 an hour"] == double.tab.locator("mark.flash").all_text_contents()


@browsing
def test_two_runs_side_by_side(double: Opened) -> None:
    """Label, earlier and later value stand beside each other; Changed leaves what differs."""
    double.tab.click("[data-outcome=changed]")
    assert ["baker"] == double.listed()
    row = double.tab.locator(".values tr", has_text="salary")
    label, before, after = row.locator("td").all_text_contents()
    assert "14.5 GBP / hour" == label.strip()
    assert before.startswith("– ")
    assert "omitted" in before
    assert after.startswith("14.5 GBP / hour")
    assert "correct" in after
    double.tab.click("[data-outcome=omitted]")
    assert "miller" in double.listed()
    assert "baker" not in double.listed()
    double.tab.select_option("#by-run", "0")
    assert "baker" in double.listed()


@browsing
def test_failure_is_told(single: Opened) -> None:
    """A failed case says why."""
    single.tab.click("[data-outcome=failed]")
    assert ["miller"] == single.listed()
    assert "TruncationError: ran into the token limit" in single.text("#detail")


@browsing
def test_attacks_are_text(single: Opened, double: Opened) -> None:
    """Hostile ids, texts, values, labels and notes show as they are, run nothing, fetch nothing."""
    for opened in (single, double):
        opened.tab.locator(".case").nth(1).click()
        assert ATTACK == opened.text(".text")
        assert ATTACK == opened.text("#detail h3")
        assert opened.tab.evaluate("window.hit === undefined")
        assert 0 == opened.tab.locator("img, iframe, #detail script, #list script").count()
        assert [] == opened.complaints
        assert 1 == len(opened.requests)


@browsing
def test_keyboard(single: Opened) -> None:
    """Everything can be reached and moved through by keys."""
    press = single.tab.keyboard.press
    press("Tab")
    assert "Skip to the postings" == single.tab.evaluate("document.activeElement.textContent")
    press("j")
    assert ATTACK == single.text("#detail h3")
    press("ArrowDown")
    assert "miller" == single.text("#detail h3")
    press("k")
    press("k")
    assert "baker" == single.text("#detail h3")
    press("/")
    single.tab.keyboard.type("mill")
    assert ["miller"] == single.listed()
    assert "search" == single.tab.evaluate("document.activeElement.id")


@browsing
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 380])
def test_it_can_be_looked_at(browser: Any, tmp_path: Path, scheme: str, width: int) -> None:
    """In light and dark, wide and narrow: nothing is cut off, ink and paper differ, it is drawn."""
    runs = run(OMITTED, None), run(RIGHT, 14.5)
    html = page(runs, TEXTS, compare(*runs, Swaps(permutations=100, resamples=50)))
    opened = Opened(
        browser,
        tmp_path / "page.html",
        html,
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
    )
    assert opened.tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    paper = opened.tab.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(map(int, re.findall(r"\d+", paper)))
    assert (brightness > 600) == (scheme == "light")
    drawn = opened.tab.screenshot(path=tmp_path / "page.png", full_page=True)
    assert len(drawn) > 20_000
