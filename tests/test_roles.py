"""Pages of several postings in an evaluation: how they are run, and what counts as found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anyio
import pytest

from evals.data.dataset import Dataset, load
from evals.report.score_table import rendered
from evals.scoring.roles import answered, parted, roles
from evals.scoring.runlog import CaseResult, RunLog
from evals.scoring.runner import Run
from extract.errors import InputError
from extract.values import Document
from tests.runs import log as made

PAGE = (
    "Ovenside Ltd, three shops.\n\n1) Night Baker\n- Ovens and ledger from nine to five at night\n"
    "- £14 an hour\n\n2) Van Driver\n- Three shops before six in the morning, six days\n"
    "- £12 an hour\n"
)
TITLES = ("Night Baker", "Van Driver")


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """Load a dataset of one page of two postings, and one posting."""
    rows: list[dict[str, Any]] = [
        {"id": "page", "text": PAGE, "gold": {}, "roles": [{"title": title} for title in TITLES]},
        {"id": "one", "text": "Cook wanted", "gold": {"is_posting": True, "title": "Cook"}},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return load(path)


def part(
    number: int, title: str | None, *, page: str = "page", is_posting: bool = True
) -> CaseResult:
    """Return the result of one part of a page."""
    record = {"is_posting": is_posting, "posting": {"title": title}}
    return CaseResult(
        id=f"{page}#{number}", split="dev", status="ok", record=record, page=page, roles=TITLES
    )


def test_a_page_has_a_case_for_each_part(dataset: Dataset) -> None:
    """Each part is a case with its own document; the page's id selects them all."""
    assert ["one", "page#1", "page#2"] == [case.id for case in dataset.selected()]
    assert ["page#1", "page#2"] == [case.id for case in dataset.selected(only=["page"])]
    assert ["page#2"] == [case.id for case in dataset.selected(only=["page#2"])]
    assert "Van Driver" in dataset.selected(only=["page#2"])[0].document().text
    with pytest.raises(InputError, match="page#3"):
        dataset.selected(only=["page#3"])


def test_taking_apart_is_measured_without_a_model(dataset: Dataset) -> None:
    """A role counts where its title stands in exactly one part; an undivided page has none."""
    cases = dataset.selected(only=["page"])
    assert (2, 2) == parted(cases)
    assert (0, 2) == parted(cases[:1])


@pytest.mark.parametrize(
    ("titles", "right"),
    [
        (["Van Driver", "night baker"], 2),
        (["Night Baker", "Night Baker"], 1),
        (["Cook", None], 0),
        ([], 0),
    ],
)
def test_each_row_answers_for_one_posting(titles: Sequence[str | None], right: int) -> None:
    """Order and case do not matter; the same title twice is one posting and one extra row."""
    assert right == answered(TITLES, titles)


def test_found_and_extra_are_counted_over_pages() -> None:
    """Rows of a page that are no posting are no rows; a failed part only leaves its posting out."""
    failed = CaseResult(id="b#2", split="dev", status="failed", page="b", roles=TITLES)
    told = roles(
        [
            part(1, "Night Baker"),
            part(2, "Van Driver"),
            part(3, "Ovenside Ltd"),
            part(4, "Van Driver", is_posting=False),
            part(1, "Night Baker", page="b"),
            failed,
        ]
    )
    assert told is not None
    assert (3, 4, 0.75) == (told.found.count, told.found.of, told.found.value)
    assert (1, 4, 0.25) == (told.extra.count, told.extra.of, told.extra.value)


def test_without_such_pages_there_is_no_figure() -> None:
    """A dataset of single postings says nothing of roles."""
    assert roles([CaseResult(id="one", split="dev", status="ok")]) is None


def test_a_run_reads_each_part_and_reports_the_roles(dataset: Dataset) -> None:
    """The system gets a document a part, and the log and the table say what was found."""
    asked: list[str] = []

    async def system(document: Document) -> dict[str, Any]:
        asked.append(document.id)
        title = next((title for title in TITLES if title in document.text), "Cook")
        usage = {"prompt": 1, "completion": 1, "cached": 0, "calls": 1}
        return {
            "is_posting": True,
            "posting": {"title": title},
            "provenance": {"usage": usage, "seconds": 0.1},
        }

    class Silent:
        def reading(self, name: str) -> None: ...
        def done(self, name: str, outcome: str) -> None: ...

    run = Run(made([]).plan, dataset.selected())
    anyio.run(run.all, system, Silent())
    log = RunLog.model_validate_json(run.log("complete").model_dump_json())
    assert ["one", "page#1", "page#2"] == sorted(asked)
    assert log.scores.roles is not None
    assert (2, 2) == (log.scores.roles.found.count, log.scores.roles.found.of)
    assert 1 == log.scores.fields["title"].correct
    assert "roles found" in _text(log)


def _text(log: RunLog) -> str:
    from rich.console import Console  # noqa: PLC0415

    console = Console(width=100)
    with console.capture() as captured:
        console.print(rendered(log))
    return captured.get()
