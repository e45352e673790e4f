"""Values below their thresholds are taken out of a record, and the whole row is kept for review."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from typer.testing import CliRunner, Result

from evals.labelling.suggestions import suggestions
from extract import Thresholds
from extract.asking.schema import schema_of
from extract.cli import app
from extract.errors import InputError
from extract.posting import Posting
from extract.record import Evidence, Record
from extract.values import Salary
from tests import records
from tests.server import Server
from tests.shops import model

pytestmark = pytest.mark.usefixtures("here")

REVIEWED = ["--min-confidence", "title=1", "--review"]
CHANGED = ["--run", "night", "--since", "eve", "--changes", "c.jsonl"]
COOK = "Line cook wanted at Borrel's, Ghent. Pay: 15.50 EUR per hour.\n- Cook for 80 guests\n"


def cook(**confidence: float) -> Record[Posting]:
    """Return a record with a title, pay and skills."""
    made = records.record(Posting(title="Cook", salary=Salary(min=15), skills=["grill"]))
    every = {"title": 0.9, "salary": 0.6, "skills": 0.7} | confidence
    return made.model_copy(
        update={
            "states": dict.fromkeys(Posting.model_fields, "not_stated")
            | dict.fromkeys(every, "stated"),
            "basis": dict.fromkeys(every, "read"),
            "confidence": {"is_posting": 0.2, **every},
            "evidence": {
                "title": [Evidence(start=0, end=4, quote="Cook")],
                "skills.0": [Evidence(start=6, end=11, quote="grill")],
            },
        }
    )


def test_what_is_not_sure_enough_is_taken_out() -> None:
    """With its evidence and basis; a note has the figures, and the rest stays."""
    made = Thresholds({"title": 0.9, "salary": 0.8, "skills": float("inf")}).kept(cook())
    assert ("Cook", None, []) == (made.posting.title, made.posting.salary, made.posting.skills)
    assert ("stated", "unsure", "unsure") == tuple(
        made.states[name] for name in ("title", "salary", "skills")
    )
    assert "taken out: confidence 0.6, below 0.8" == made.notes["salary"]
    assert "taken out: confidence 0.7, the field has no threshold" == made.notes["skills"]
    assert ({"title"}, {"title"}) == (set(made.basis), set(made.evidence))
    assert 0.6 == made.confidence["salary"]
    assert Posting.model_fields.keys() == made.posting.model_dump().keys()


@given(
    st.dictionaries(st.sampled_from(["title", "salary", "skills"]), st.floats(0, 1)),
    st.dictionaries(st.sampled_from(["title", "salary", "skills"]), st.floats(0, 1)),
)
def test_a_value_is_kept_exactly_if_it_is_sure_enough(
    confidence: dict[str, float], least: dict[str, float]
) -> None:
    """Fields without a threshold stay, and sifting twice changes nothing."""
    record, thresholds = cook(**confidence), Thresholds(least)
    made = thresholds.kept(record)
    for name in ("title", "salary", "skills"):
        sure = record.confidence[name] >= least.get(name, 0.0)
        assert sure == bool(getattr(made.posting, name))
        assert sure == (made.states[name] == "stated")
    assert made == thresholds.kept(made)
    assert record.posting == Posting(title="Cook", salary=Salary(min=15), skills=["grill"])


class Invoice(BaseModel):
    """An invoice, with fields that must be there and one that has a default."""

    number: str
    lines: list[str]
    currency: str = "EUR"


def test_fields_that_the_schema_requires_are_empty() -> None:
    """A default is what the field holds if the text does not say."""
    posting = Invoice(number="7", lines=["paint"], currency="USD")
    made = records.record(posting).model_copy(
        update={"basis": dict.fromkeys(Invoice.model_fields, "read")}
    )
    made = Thresholds(dict.fromkeys(Invoice.model_fields, 0.5)).without(made, Invoice.model_fields)
    assert (None, [], "EUR") == (made.posting.number, made.posting.lines, made.posting.currency)


def write(text: str, name: str = "thresholds.toml") -> str:
    """Write a file of thresholds."""
    Path(name).write_text(f'format = "postings-thresholds"\nversion = 1\n{text}', "utf-8")
    return name


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[fields.title]\nthreshold = true\n", "fields.title: the threshold"),
        ("[fields.title]\nthreshold = -0.5\n", "fields.title: the threshold"),
        ("[fields.title]\nthreshold = 95\n", "fields.title: the threshold"),
        ("[fields]\ntitle = 0.9\n", "fields.title: the threshold"),
        ("fields = 3\n", "damaged"),
        ("model = 3\n[fields]\n", "damaged"),
        ("[fields\n", "is not TOML"),
    ],
)
def test_a_damaged_file_is_named(text: str, why: str) -> None:
    """With the place."""
    with pytest.raises(InputError, match=f"thresholds.toml: .*{why}"):
        Thresholds.read(write(text))


def test_a_file_of_another_kind_is_named() -> None:
    """Missing, or a gate."""
    with pytest.raises(InputError, match=r"none\.toml: cannot be read"):
        Thresholds.read("none.toml")
    Path("gate.toml").write_text("[floors]\n", "utf-8")
    with pytest.raises(InputError, match="postings eval guarantee"):
        Thresholds.read("gate.toml")


def test_thresholds_of_another_schema_are_refused_and_of_another_model_doubted() -> None:
    """The schema decides what the fields mean; a model is only measured otherwise."""
    with pytest.raises(InputError, match="another schema"):
        Thresholds({}, schema_sha256="2").kept(cook())
    with pytest.raises(InputError, match="no field 'wage'"):
        Thresholds({"wage": 0.5}).kept(cook())
    with pytest.warns(UserWarning, match="the model n, not m"):
        Thresholds({}, model="n").kept(cook())
    with pytest.warns(UserWarning, match="another prompt"):
        Thresholds({}, prompt_sha256="9").kept(cook())
    assert "" == Thresholds({}, model="m", prompt_sha256="0").doubt("m", "0")


def extract(server: Server, *words: str) -> Result:
    """Run `postings extract` on one posting."""
    Path("cook.txt").write_text(COOK, "utf-8")
    return CliRunner().invoke(app, ["extract", "cook.txt", *words, *model(server)])


def rows(name: str) -> list[dict[str, Any]]:
    """Return the rows of a file."""
    return [json.loads(line) for line in Path(name).read_text("utf-8").splitlines()]


@pytest.mark.parametrize("run", [[], ["--run", "night"]])
def test_extract_obeys_thresholds_and_keeps_whole_rows_for_review(
    server: Server, run: list[str]
) -> None:
    """Also of a run in a folder, whose journal keeps the whole rows."""
    extract(server, "-o", "whole.jsonl")
    whole = rows("whole.jsonl")[0]
    name = next(name for name in whole["basis"] if whole["posting"][name])
    file = write(f"[fields.{name}]\nwhy = 'too few'\n")
    words = ["--thresholds", file, "--review", "review.jsonl", "-o", "out.jsonl", *run]
    result = extract(server, *words)
    assert 0 == result.exit_code, result.output
    assert "took 1 unsure fields out of 1 rows; whole rows in review.jsonl" in result.output
    made, review = rows("out.jsonl")[0], rows("review.jsonl")[0]
    assert "unsure" == made["states"][name]
    assert not made["posting"][name]
    assert [name] == review.pop("unsure")
    assert whole["posting"] == review["posting"]
    assert whole.keys() == made.keys()
    suggested = suggestions(Path("review.jsonl"), {"cook"})["cook"]
    assert whole["confidence"][name] == suggested.confidence[name]
    again = extract(server, "--thresholds", file, "--min-confidence", f"{name}=0", "-o", "o.jsonl")
    assert 0 == again.exit_code
    assert whole["posting"] == rows("o.jsonl")[0]["posting"]


def test_a_row_of_csv_names_what_is_unsure(server: Server) -> None:
    """In its last column."""
    extract(server, "-o", "whole.jsonl")
    name = next(iter(rows("whole.jsonl")[0]["basis"]))
    assert 0 == extract(server, "--min-confidence", f"{name}=1", "-o", "out.csv").exit_code
    lines = Path("out.csv").read_text("utf-8").splitlines()
    assert [name] == [row["unsure"] for row in csv.DictReader(lines)]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--min-confidence", "title"], "FIELD=NUMBER"),
        (["--min-confidence", "title=2"], "FIELD=NUMBER"),
        (["--min-confidence", "title=nan"], "FIELD=NUMBER"),
        (["--min-confidence", "wage=0.5"], "no field 'wage'"),
        (["--review", "r.jsonl"], "--review needs"),
        ([*REVIEWED, "r.csv"], "JSON Lines"),
        ([*REVIEWED, "o.jsonl", "-o", "o.jsonl"], "another option too"),
        ([*REVIEWED, "l.jsonl", "--log", "l.jsonl"], "another option too"),
        ([*REVIEWED, "night/rows.jsonl", "--run", "night"], "a file of the run itself"),
        ([*CHANGED, *REVIEWED, "c.jsonl"], "another option too"),
        (["--thresholds", "none.toml"], "none.toml: cannot be read"),
    ],
)
def test_options_that_make_no_sense_are_refused_before_any_request(
    server: Server, words: list[str], why: str
) -> None:
    """Exit 2, and the model is not asked."""
    result = extract(server, *words)
    assert 2 == result.exit_code
    assert why in " ".join(result.output.replace("│", " ").split())
    assert [] == server.requests


def test_thresholds_of_another_model_are_doubted_on_stderr(server: Server) -> None:
    """And obeyed; those of another schema end the run before it begins."""
    sha = schema_of(Posting).sha256
    file = write(f'model = "other"\nschema_sha256 = "{sha}"\n[fields.title]\nthreshold = 0\n')
    result = extract(server, "--thresholds", file, "-o", "out.jsonl")
    assert 0 == result.exit_code, result.output
    assert "measured with the model other" in result.stderr
    result = extract(server, "--thresholds", write('schema_sha256 = "9"\n[fields]\n'))
    assert (2, True) == (result.exit_code, "another schema" in result.stderr)
