"""The labelling page in a real browser: a session by keyboard, two windows, hostile text."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from evals.data.dataset import load
from evals.data.rubric import BUILT_IN
from evals.labelling.label_desk import Desk
from evals.labelling.sheet import Sheet
from evals.labelling.suggestions import Source, Suggestion
from evals.labelling.web import application
from tests.browsing import browsing
from tests.raw_pages import BAKER, write_pages


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Make a folder of three raw pages."""
    return write_pages(tmp_path / "pages")


def row(**gold: Any) -> dict[str, Any]:
    """Return a label as the page sends it."""
    return {"gold": {"is_posting": True, **gold}}


class Serving:
    """The server of a folder on a thread of its own, which can be stopped and started again."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.port = desk, 0
        self.start()

    def start(self) -> None:
        """Listen, at the port of the first time."""
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(20)

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._runner = web.AppRunner(application(self.desk))
        self._loop.run_until_complete(self._runner.setup())
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        self._loop.run_until_complete(site.start())
        self.port = self._runner.addresses[0][1]
        ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._runner.cleanup())
        self._loop.close()

    def stop(self) -> None:
        """Stop listening, as a killed server does."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)

    @property
    def url(self) -> str:
        """The address of the page."""
        return f"http://127.0.0.1:{self.port}/?token={self.desk.token}"


@pytest.fixture
def served(pages: Path) -> Iterator[Serving]:
    """Serve the folder of three pages, with values suggested for the baker's."""
    suggested = Suggestion(
        is_posting=True,
        values={"title": "Night baker", "company": "Ovenside Ltd", "languages": ["Polish"]},
        evidence={"title": [(0, 11)]},
        confidence={"title": 0.4},
    )
    run = Source("rows", {"baker": suggested})
    serving = Serving(Desk(Sheet(pages, BUILT_IN), (run,)))
    yield serving
    serving.stop()


errors: list[str] = []


@pytest.fixture(autouse=True)
def _no_error_of_the_page() -> Iterator[None]:
    errors.clear()
    yield
    assert [] == errors


def opened(browser: Any, url: str) -> Any:
    """Open the page and wait for its fields; an error of its script fails the test."""
    page = browser.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(url)
    page.wait_for_selector(".field")
    return page


def until(page: Any, expression: str) -> None:
    """Wait until an expression holds; the page's own policy forbids Playwright's way of waiting."""
    for _ in range(1200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"{expression} does not come true")


def stored(pages: Path, name: str) -> Any:
    """Return the label of a page as it is on disk."""
    file = pages / "labels" / f"{name}.json"
    return json.loads(file.read_text("utf-8")) if file.exists() else None


def saved(page: Any, pages: Path, name: str, holds: Callable[[Any], bool]) -> Any:
    """Wait until the label on disk is as expected, and return it."""
    for _ in range(1200):  # the first words that are read take seconds
        label = stored(pages, name)
        if holds(label):
            return label
        page.wait_for_timeout(50)
    return pytest.fail(f"{name} is {stored(pages, name)}")


@browsing
def test_a_session_by_keyboard(browser: Any, served: Serving, pages: Path) -> None:
    """Least sure first; words and a key; accept, correct, undo; done, to the last page."""
    page = opened(browser, served.url)
    assert "baker" == page.inner_text("#list [aria-current=true] bdi")
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("a")
    label = saved(page, pages, "baker", lambda label: label and "salary" in label["gold"])
    assert {"min": 14.5, "max": 14.5, "currency": "GBP", "period": "hour", "gross": None} == label[
        "gold"
    ]["salary"]
    (span,) = label["evidence"]["salary"]
    assert "£14.50 an hour" == BAKER[span[0] : span[1]]
    page.keyboard.press("c")
    page.keyboard.press("e")
    page.keyboard.type("Ovenside")
    page.keyboard.press("Enter")
    saved(page, pages, "baker", lambda label: label["gold"].get("company") == "Ovenside")
    page.keyboard.press("z")
    saved(page, pages, "baker", lambda label: "company" not in label["gold"])
    page.keyboard.press("Control+Enter")
    until(page, "document.querySelector('#list [aria-current=true] bdi').textContent != 'baker'")
    gold = stored(pages, "baker")["gold"]
    assert ("Night baker", "Ovenside Ltd", ["Polish"]) == (
        gold["title"],
        gold["company"],
        gold["languages"],
    )
    assert (None, []) == (gold["closes_on"], gold["skills"])
    page.keyboard.press("Control+Enter")
    until(page, "document.querySelector('#list [aria-current=true] bdi').textContent == 'news'")
    page.keyboard.press("!")
    page.keyboard.press("Control+Enter")
    saved(page, pages, "news", lambda label: label == {
        "id": "news", "document": "news.txt", "gold": {"is_posting": False},
    })  # fmt: skip
    until(page, "document.getElementById('status').textContent.startsWith('All')")
    assert ["attack", "baker", "news"] == [case.id for case in load(pages).cases]


@browsing
def test_hostile_text_is_text(browser: Any, served: Serving, pages: Path) -> None:
    """Nothing of a page runs or becomes markup, also as a value and after a reload."""
    page = opened(browser, f"{served.url}#attack")
    shown = page.evaluate("document.getElementById('text').textContent")
    assert served.desk.sheet.entries["attack"].document().text == shown
    assert "1 < 2 && 3 > 2;" in shown
    page.keyboard.press("t")
    page.keyboard.press("e")
    page.keyboard.type("<img src=x onerror=window.hit=4>")
    page.keyboard.press("Enter")
    saved(page, pages, "attack", lambda label: label and "<img" in label["gold"]["title"])
    page.reload()
    page.wait_for_selector(".field")
    assert page.evaluate("window.hit") is None
    assert 0 == page.locator("#text *, .value img, .value script").count()
    assert "attack" == page.inner_text("#list [aria-current=true] bdi")
    assert "<img" in page.inner_text(".field[data-name=title] .value")


@browsing
def test_two_windows_do_not_overwrite_each_other(
    browser: Any, served: Serving, pages: Path
) -> None:
    """The later window says so, shows what is there, and goes on from it."""
    one, two = opened(browser, f"{served.url}#news"), opened(browser, f"{served.url}#news")
    for page in (one, two):
        until(page, "doc.id == 'news'")
    one.keyboard.press("!")
    saved(one, pages, "news", lambda label: label is not None)
    two.keyboard.press("t")
    two.keyboard.press("x")
    until(two, "!document.getElementById('banner').hidden")
    assert "changed in another window" in two.inner_text("#banner")
    assert {"is_posting": False} == stored(pages, "news")["gold"]
    until(two, "document.getElementById('fields').textContent.includes('Not a posting')")


@browsing
def test_a_killed_server_loses_nothing(browser: Any, served: Serving, pages: Path) -> None:
    """The page says so, keeps the change, and saves it when the server is back."""
    page = opened(browser, f"{served.url}#news")
    until(page, "doc.id == 'news'")
    served.stop()
    page.keyboard.press("!")
    until(page, "document.getElementById('banner').textContent.startsWith('Not saved yet')")
    assert stored(pages, "news") is None
    served.start()
    saved(page, pages, "news", lambda label: label is not None)
    until(page, "document.getElementById('banner').hidden")


@browsing
def test_two_peoples_labels_are_settled(browser: Any, pages: Path, tmp_path: Path) -> None:
    """What differs is marked and named; one key takes the other's value, one accepts both."""
    sheet = Sheet(pages, BUILT_IN)
    sheet.put("baker", row(title="Night baker", company="Ovenside", languages=["Polish"]), "")
    other = {"baker": row(title="Night baker", company="Ovenside Ltd", languages=[])}
    serving = Serving(Desk(sheet, (), other))
    try:
        page = opened(browser, f"{serving.url}#baker")
        assert 2 == page.locator(".theirs").count()
        page.keyboard.press("c")
        page.keyboard.press("=")
        saved(page, pages, "baker", lambda label: label["gold"]["company"] == "Ovenside Ltd")
        until(page, "document.querySelectorAll('.theirs').length == 1")
        page.keyboard.press("g")
        page.keyboard.press("+")
        saved(page, pages, "baker", lambda label: label.get("accept") == {"languages": [[]]})
    finally:
        serving.stop()


def two_runs(pages: Path) -> Desk:
    """Return a desk on which two runs differ in two fields of the baker's page."""
    small = Suggestion(
        is_posting=True,
        values={"title": "Night baker", "company": "Leeds", "languages": ["Polish"]},
        evidence={"title": [(0, 11)], "company": [(27, 32)]},
        confidence={"title": 0.9, "company": 0.4, "languages": 0.9},
    )
    large = Suggestion(
        is_posting=True,
        values={"title": "Night baker", "company": "Ovenside Ltd", "languages": []},
        evidence={"company": [(12, 24)]},
    )
    runs = (Source("small", {"baker": small}), Source("large", {"baker": large}))
    only = ["title", "company", "salary", "languages"]
    return Desk(Sheet(pages, BUILT_IN), runs, only=only)


@browsing
def test_where_two_runs_differ_one_key_chooses(browser: Any, pages: Path) -> None:
    """Those fields stand first; the page says why it is next, and does not go on undecided."""
    serving = Serving(two_runs(pages))
    try:
        page = opened(browser, serving.url)
        assert "Why this one: the sources differ in company, languages" in page.inner_text(".why")
        shown = page.eval_on_selector_all(".field", "all => all.map(each => each.dataset.name)")
        assert ["company", "languages", "title", "salary"] == shown
        page.keyboard.press("Control+Enter")
        until(page, "document.getElementById('status').textContent.includes('2 fields')")
        page.keyboard.press("Enter")
        assert stored(pages, "baker") is None
        page.keyboard.press("2")
        label = saved(page, pages, "baker", lambda label: label is not None)
        assert ("Ovenside Ltd", [[12, 24]]) == (
            label["gold"]["company"],
            label["evidence"]["company"],
        )
        assert "languages" == page.evaluate("doc.fields[at].name")
        page.keyboard.press("1")
        page.keyboard.press("g")
        page.keyboard.press("+")
        saved(page, pages, "baker", lambda label: label.get("accept") == {"languages": [[]]})
        page.keyboard.press("Control+Enter")
        until(page, "doc.id != 'baker'")
        gold = stored(pages, "baker")["gold"]
        assert ("Night baker", ["Polish"], None) == (
            gold["title"],
            gold["languages"],
            gold["salary"],
        )
        assert {"is_posting", "title", "company", "languages", "salary"} == gold.keys()
    finally:
        serving.stop()


@browsing
def test_two_runs_may_differ_on_what_is_a_posting(browser: Any, pages: Path) -> None:
    """That is asked first, and the answer settles the page."""
    yes, no = Suggestion(True, {"title": "Prize"}), Suggestion(False, {})
    runs = (Source("small", {"news": yes}), Source("large", {"news": no}))
    serving = Serving(Desk(Sheet(pages, BUILT_IN), runs))
    try:
        page = opened(browser, serving.url)
        assert "is_posting" == page.evaluate("doc.fields[at].name")
        page.keyboard.press("Control+Enter")
        until(page, "document.getElementById('status').textContent.includes('is_posting')")
        page.keyboard.press("2")
        saved(page, pages, "news", lambda label: label and not label["gold"]["is_posting"])
        page.keyboard.press("Control+Enter")
        until(page, "doc.id != 'news'")
        assert {"is_posting": False} == stored(pages, "news")["gold"]
    finally:
        serving.stop()


@browsing
def test_a_reload_in_the_middle_goes_on_where_it_was(
    browser: Any, served: Serving, pages: Path
) -> None:
    """The begun label is there, is marked as begun, and the next document is the same."""
    page = opened(browser, served.url)
    page.keyboard.press("c")
    page.keyboard.press("Enter")
    saved(page, pages, "baker", lambda label: label and "company" in label["gold"])
    page.reload()
    page.wait_for_selector(".field")
    assert "baker" == page.evaluate("doc.id")
    assert "Ovenside Ltd" in page.inner_text(".field[data-name=company] .value")
    assert "◐" == page.inner_text("#list [aria-current=true] .state")
    assert "0 of 3 labelled" == page.inner_text("#counted")
    page.keyboard.press("Control+Enter")
    until(page, "doc.id != 'baker'")
    assert "1 of 3 labelled" == page.inner_text("#counted")


@browsing
def test_a_list_grows_from_what_is_suggested(browser: Any, served: Serving, pages: Path) -> None:
    """Words add to it, Backspace takes the last item away, and a chip its own."""
    page = opened(browser, served.url)
    page.keyboard.press("k")
    page.keyboard.press("e")
    page.keyboard.type("baking")
    page.keyboard.press("Enter")
    saved(page, pages, "baker", lambda label: label and label["gold"].get("skills") == ["baking"])
    page.keyboard.press("g")
    page.keyboard.press("Backspace")
    saved(page, pages, "baker", lambda label: label["gold"].get("languages") == [])
    page.keyboard.press("z")
    saved(page, pages, "baker", lambda label: "languages" not in label["gold"])
    page.click(".field[data-name=languages] .chip button")
    saved(page, pages, "baker", lambda label: label["gold"].get("languages") == [])


@browsing
def test_a_day_is_typed_as_it_is_written(browser: Any, served: Serving, pages: Path) -> None:
    """In any locale of the browser; another form is refused where it is typed."""
    page = opened(browser, f"{served.url}#news")
    until(page, "doc.id == 'news'")
    page.keyboard.press("f")
    page.keyboard.press("e")
    page.keyboard.type("3 May")
    page.keyboard.press("Enter")
    until(page, "document.getElementById('banner').textContent.includes('YYYY-MM-DD')")
    page.keyboard.press("Control+a")
    page.keyboard.type("2027-05-03")
    page.keyboard.press("Enter")
    saved(page, pages, "news", lambda label: label and label["gold"]["closes_on"] == "2027-05-03")


@browsing
def test_the_page_shows_how_far_the_labels_carry(
    browser: Any, served: Serving, pages: Path
) -> None:
    """In a table at one key, and in a line beside the field that is being labelled."""
    served.desk.sheet.put("news", row(title="Prize"), "")
    page = opened(browser, served.url)
    until(page, "sizes.of !== undefined")
    assert "stated in 1 of 1 labelled documents: F1 to within ±0.43" in page.inner_text(
        ".field[data-name=title]"
    )
    page.keyboard.press("#")
    until(page, "document.getElementById('sizes').open")
    cells = page.inner_text("#sizes tbody tr").split()
    assert ["title", "1", "1", "0.43", "0.39", "0.33"] == cells[:6]
    page.keyboard.press("Escape")
    until(page, "!document.getElementById('sizes').open")


@browsing
def test_right_to_left_and_long_text(browser: Any, served: Serving, pages: Path) -> None:
    """Arabic words are chosen in their order; the choice stays in sight in a long text."""
    arabic = "خباز ليلي\nالراتب: 4000 درهم شهريا\n"
    (pages / "rtl.txt").write_text(arabic + "سطر آخر\n" * 3000, "utf-8")
    desk = Desk(Sheet(pages, BUILT_IN))
    serving = Serving(desk)
    try:
        page = opened(browser, f"{serving.url}#rtl")
        until(page, "doc.id == 'rtl'")
        assert "rtl" == page.evaluate("getComputedStyle(document.getElementById('text')).direction")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Shift+ArrowLeft")
        page.keyboard.press("t")
        label = saved(page, pages, "rtl", lambda label: label and "title" in label["gold"])
        assert "خباز ليلي" == label["gold"]["title"]
        page.evaluate("choose(doc.words.length - 1, doc.words.length - 1)")
        seen = "(r => r.top >= 0 && r.bottom <= innerHeight)"
        assert page.evaluate(f"{seen}(getSelection().getRangeAt(0).getBoundingClientRect())")
    finally:
        serving.stop()


@browsing
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_both_schemes(browser: Any, served: Serving, scheme: str) -> None:
    """Words stand out from their ground by 4.5 to 1 at least (WCAG 2, 1.4.3)."""
    page = browser.new_page(color_scheme=scheme)
    page.goto(served.url)
    page.wait_for_selector(".field")
    ratios = page.evaluate(CONTRAST)
    assert {name: ratio for name, ratio in ratios.items() if ratio < 4.5} == {}
    page.close()


CONTRAST = """() => {
  const style = getComputedStyle(document.documentElement);
  const light = name => {
    const hex = style.getPropertyValue(name).trim();
    const parts = [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16) / 255);
    const [r, g, b] = parts.map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const against = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const made = {};
  for (const ground of ["--paper", "--card", "--hover"])
    for (const ink of ["--ink", "--soft", "--wrong", "--maybe"])
      made[ink + " on " + ground] = against(ink, ground);
  for (const ground of ["--mark", "--here", "--pick"])
    made["--ink on " + ground] = against("--ink", ground);
  return made;
}"""


@browsing
def test_a_document_without_text_is_named_and_passed(browser: Any, pages: Path) -> None:
    """It says why, takes no label, and the session goes on without it."""
    (pages / "aaa.html").write_text("<html><script>run()</script></html>", "utf-8")
    serving = Serving(Desk(Sheet(pages, BUILT_IN)))
    try:
        page = browser.new_page()
        page.goto(serving.url)
        page.wait_for_selector(".fault")
        assert "Cannot be read" in page.inner_text("#fields")
        page.click("#nothing")
        until(page, "!document.getElementById('banner').hidden")
        assert not (pages / "labels").exists()
        page.keyboard.press(".")
        until(page, "doc.id == 'attack'")
    finally:
        serving.stop()


@browsing
def test_a_label_that_somebody_breaks_meanwhile_is_named(
    browser: Any, served: Serving, pages: Path
) -> None:
    """Nothing is written over it, and nothing else either, until it is mended."""
    page = opened(browser, f"{served.url}#news")
    until(page, "doc.id == 'news'")
    (pages / "labels").mkdir()
    broken = pages / "labels" / "baker.json"
    broken.write_text('{"id": "baker"', "utf-8")
    page.keyboard.press("!")
    until(page, "document.getElementById('banner').textContent.includes('baker.json')")
    assert '{"id": "baker"' == broken.read_text("utf-8")
    assert stored(pages, "news") is None
