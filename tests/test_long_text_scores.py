"""The measures of long text stand in the run log, the table, the report and the comparison."""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console

from evals.compare.comparison import compare
from evals.compare.standings import standings
from evals.data.rubric import BUILT_IN
from evals.report.page import page
from evals.report.score_table import rendered
from evals.scoring import runlog
from evals.scoring.counts import Counts
from evals.scoring.runlog import RunLog
from tests.runs import RIGHT, case, log

PARTS = ("responsibilities.characters", "requirements.characters", "requirements.required")


def run(correct: int, invented: int) -> RunLog:
    """Make a run of 30 cases with a title and responsibilities."""
    counts = {
        "title": RIGHT,
        "responsibilities": Counts(correct=2),
        "responsibilities.characters": Counts(correct=correct, invented=invented),
    }
    return log(case(f"c{number}", counts) for number in range(30))


def shown(of: RunLog) -> str:
    """Return the table of a run, 80 columns wide."""
    console = Console(width=80)
    with console.capture() as capture:
        console.print(rendered(of))
    return capture.get()


def test_the_core_fields_stay_as_they_are() -> None:
    """The measures are further fields: they are in no mean and cannot be inventions."""
    fields = BUILT_IN.fields
    assert 15 == len(fields.core)
    assert set(PARTS) <= set(fields.further)
    assert not set(PARTS) & set(fields.scalars)
    assert "requirements.required" in fields.of_values
    assert not {name for name in fields.of_values if name.endswith(".characters")}


def test_a_run_scores_characters_below_their_field() -> None:
    """F1 of the characters has its own line under the field, and macro F1 does not change."""
    found = run(80, 20)
    score = found.scores.fields["responsibilities.characters"]
    assert (0.8, 1.0) == (score.precision, score.recall)
    assert 1.0 == found.scores.macro_f1.value
    lines = shown(found).splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("responsibilities"))
    assert lines[place + 1].startswith("  characters")
    assert max(map(len, lines)) <= 80


def test_characters_are_no_values_in_the_cost_of_a_right_value() -> None:
    """A thousand right characters make no answer cheaper."""
    few, many = run(1, 0), run(1_000, 0)
    priced = [row.cost for row in standings([few, many])[0]]
    assert priced[0] == priced[1]


def test_a_comparison_shows_the_measures() -> None:
    """A run with fewer invented characters is better in that line alone."""
    found = {each.field: each for each in compare(run(80, 40), run(80, 0)).fields}
    assert "improved" == found["responsibilities.characters"].verdict
    assert 0 == found["responsibilities"].differing


def test_logs_from_before_the_measures_are_read_and_compared(tmp_path: Path) -> None:
    """A log without the measures has the same version; what both runs score is compared."""
    old = json.loads(run(80, 0).model_dump_json())
    further = [name for name in old["plan"]["fields"]["further"] if name not in PARTS]
    old["plan"]["fields"]["further"] = further
    for each in old["cases"]:
        del each["counts"]["responsibilities.characters"]
    del old["scores"]["fields"]["responsibilities.characters"]
    path = tmp_path / "old.json"
    path.write_text(json.dumps(old), "utf-8")
    fields = {each.field for each in compare(runlog.read(path), run(80, 20)).fields}
    assert {"title", "responsibilities"} <= fields
    assert "responsibilities.characters" not in fields


def test_the_report_says_which_counts_are_of_characters() -> None:
    """The page's script gets the measures' names, so that it does not add them to the values."""
    html = page([run(80, 20)])
    data = json.loads(html.split('id="data">')[1].split("</script>")[0])
    assert ["responsibilities.characters"] == data["characters"]
    assert "responsibilities.characters" in data["fields"]
