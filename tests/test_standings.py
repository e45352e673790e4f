"""Several runs side by side: figures, which are worth their cost, and corrected verdicts."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.compare.paired import Swaps
from evals.compare.standings import standings
from evals.report.standings_page import standings_page
from evals.scoring.runlog import RunLog, write
from extract.cli import app
from extract.errors import InputError
from extract.runs.traffic import Price
from extract.values import Usage
from tests.runs import RIGHT, WRONG, case, log

FEW = Swaps(permutations=2_000, resamples=200)


def run(right: int, written: int, name: str = "simple") -> RunLog:
    """Make a run of 40 postings, so many of them right, with tokens written for each."""
    usage = Usage(prompt=100, completion=written, calls=1)
    outcomes = [RIGHT if n < right else WRONG for n in range(40)]
    cases = (case(f"c{n}", {"title": one}, usage=usage) for n, one in enumerate(outcomes))
    return log(cases, model=name)


def test_the_pairs_are_tested_and_corrected() -> None:
    """Far apart is decided, near is not; each p-value counts for all three pairs."""
    rows, duels = standings([run(38, 90), run(37, 50), run(10, 40)], FEW)
    assert [0.95, 0.925, 0.25] == pytest.approx([row.macro_f1.value for row in rows], abs=0.01)
    assert [(0, 1, False), (0, 2, True), (1, 2, True)] == [
        (duel.first, duel.second, duel.is_decided) for duel in duels
    ]
    assert duels[1].difference < 0
    assert all(duel.interval[0] <= duel.difference <= duel.interval[1] for duel in duels)


def test_what_is_as_good_for_less_is_worth_it() -> None:
    """A run that another beats in accuracy and in tokens is not marked."""
    rows, _ = standings([run(38, 90), run(30, 50), run(20, 60)], FEW)
    assert [True, True, False] == ["tokens" in row.best for row in rows]


def test_cost_is_of_correct_values() -> None:
    """Forty answers of 90 tokens at a dollar a million written, for 20 right values."""
    rows, _ = standings([run(20, 90), run(20, 90)], FEW, Price(0.0, 1.0))
    assert [40 * 90 / 1e6 / 20] * 2 == pytest.approx([row.cost for row in rows])
    assert [True, True] == ["cost" in row.best for row in rows]


def test_a_known_price_is_looked_up() -> None:
    """A model of a provider has its price; one of nobody has none."""
    rows, _ = standings([run(20, 90, "gpt-4o-mini"), run(20, 90)], FEW)
    assert rows[0].cost is not None
    assert rows[1].cost is None


def test_one_run_is_no_comparison() -> None:
    """Two or more are asked for."""
    with pytest.raises(InputError, match="two run logs"):
        standings([run(1, 1)])


def test_the_page_shows_names_as_text() -> None:
    """A model may call itself what it likes."""
    page = standings_page(*standings([run(38, 90, "<script>x</script>"), run(10, 40)], FEW), {})
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "beats" in page


def test_three_logs_on_the_command_line(tmp_path: Path) -> None:
    """`postings compare A B C` prints all, and writes the page; two are compared as ever."""
    names = []
    for number, right in enumerate((38, 20, 10)):
        names.append(str(tmp_path / f"{number}.json"))
        write(run(right, 50), names[-1])
    html = tmp_path / "page.html"
    result = CliRunner().invoke(app, ["compare", *names, "--html", str(html)])
    assert 0 == result.exit_code
    assert "1 beats 2" in result.stdout
    assert "</svg>" in html.read_text("utf-8")
    refused = CliRunner().invoke(app, ["compare", *names, "--markdown", str(tmp_path / "x.md")])
    assert 2 == refused.exit_code
