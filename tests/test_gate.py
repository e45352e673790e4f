"""The gate file: what it may say, and what a run breaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.compare.comparison import compare
from evals.data.rubric import BUILT_IN
from evals.scoring.score_gate import CEILINGS, MEANS, breaches, load, setbacks
from evals.scoring.score_models import Scores
from extract.errors import InputError
from tests.runs import INVENTED, NULL, OMITTED, RIGHT, case, failed, log, of


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """Name a gate file that is yet to be written."""
    return tmp_path / "gate.toml"


def broken(gate: Path, text: str, scores: Scores) -> tuple[str, ...]:
    """Write a gate file and say what of it a run breaks."""
    gate.write_text(text, "utf-8")
    return breaches(load(gate), scores)


def test_passes_at_its_limits(gate: Path) -> None:
    """A score that is just its floor or ceiling passes."""
    scores = of("title", [RIGHT, RIGHT, INVENTED]).scores
    floors = "[floors]\ntitle = 0.8\nmacro_f1 = 0.8\nmicro_f1 = 0.8\nis_posting = 1\n"
    assert () == broken(gate, f"{floors}[ceilings]\ninvention = 0.34\nfailed = 0\n", scores)


def test_names_what_is_broken(gate: Path) -> None:
    """Each broken limit is one sentence with the name, the score and the limit."""
    scores = log(
        [
            case("a", {"title": RIGHT}),
            case("b", {"salary": INVENTED}),
            failed("c", {"title": OMITTED}),
        ]
    ).scores
    text = "[floors]\ntitle = 0.9\n[ceilings]\ninvention = 0.03\nfailed = 0\n"
    assert (
        "title is 0.667, below its floor of 0.9",
        "invention is 0.500, above its ceiling of 0.03",
        "failed is 1.000, above its ceiling of 0",
    ) == broken(gate, text, scores)


def test_what_was_not_measured_does_not_pass(gate: Path) -> None:
    """A floor for a field that nothing was counted of, or a ceiling without twins, is broken."""
    scores = of("title", [RIGHT, NULL]).scores
    said = broken(gate, "[floors]\nsalary = 0.1\n[ceilings]\nflips = 0.1\n", scores)
    assert ["salary has no value", "flips has no value"] == [
        each[: each.index(" in")] for each in said
    ]


def test_every_name_can_be_set(gate: Path) -> None:
    """All scored fields and all figures that the gate knows are in the scores of a run."""
    scores = log(
        [
            case(
                f"c{i}",
                dict.fromkeys(BUILT_IN.fields.core, RIGHT),
                checks={"filled": 9, "grounded": 9, "supported": 9},
            )
            for i in range(3)
        ]
        + [
            case(
                "t",
                dict.fromkeys(BUILT_IN.fields.core, RIGHT),
                twin_of="c0",
                record={"posting": {}},
            ),
            case("u", {}, record={"posting": {}}),
        ]
        + [case("v", {}, twin_of="u", record={"posting": {}})]
    ).scores
    floors = "\n".join(f"{name} = 0.5" for name in (*MEANS, *BUILT_IN.fields.core))
    ceilings = "\n".join(f"{name} = 0.5" for name in CEILINGS)
    assert () == broken(gate, f"[floors]\n{floors}\n[ceilings]\n{ceilings}\n", scores)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[floors]\ntitel = 0.9\n", "unknown score floors.titel; use one of macro_f1"),
        ("[ceilings]\ntitle = 0.9\n", "unknown score ceilings.title; use one of invention"),
        ("[floor]\ntitle = 0.9\n", "unknown table 'floor'"),
        ("[floors]\ntitle = 90\n", "floors.title is 90; it must be a number from 0 to 1"),
        ("[floors]\ntitle = true\n", "floors.title is True"),
        ("[floors]\ntitle = nan\n", "floors.title is nan"),
        ("[ceilings]\nfailed = -1\n", "ceilings.failed is -1"),
        ("floors = 1\n", "floors must be a table"),
        ("", "has no floor"),
        ("[floors\n", "is not TOML"),
    ],
)
def test_faults_of_a_gate_file(gate: Path, text: str, said: str) -> None:
    """A gate file that does not mean what it says is refused, with the place."""
    gate.write_text(text, "utf-8")
    with pytest.raises(InputError, match=said):
        load(gate)


def test_missing_gate_file(gate: Path) -> None:
    """A gate file that is not there is an error of the input."""
    with pytest.raises(InputError, match="cannot be read"):
        load(gate)


def test_setbacks_name_the_field() -> None:
    """A field that got significantly worse is named with both scores; one that improved is not."""
    low, high = of("salary", [OMITTED] * 20), of("salary", [RIGHT] * 20)
    assert () == setbacks(compare(low, high))
    said = setbacks(compare(high, low))
    assert ["salary got worse: 1.000 to 0.000", "macro got worse: 1.000 to 0.000"] == [
        each[: each.index(" (p")] for each in said
    ]
