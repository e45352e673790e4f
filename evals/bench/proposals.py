"""How many of the labelled values code proposes: what it does not propose, no model can choose.

    python -m evals.bench.proposals evals/datasets/postings --split test
    python -m evals.bench.proposals my-postings.jsonl --missing

No model is needed. Fields that are answered in open words or by lines are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel

from evals.data.dataset import Split, load
from evals.data.rubric import rubric_of
from evals.scoring.compare_values import compared
from extract.asking.closed_question import Question, question
from extract.asking.schema_source import schema_named
from extract.cli.question_options import SchemaName
from extract.errors import InputError, SchemaError
from extract.kinds import members
from extract.kinds.kind import proposed
from extract.terminal import clean

__all__ = ["ProposalCounts", "main", "tallies"]


@dataclass(slots=True)
class ProposalCounts:
    """Of one field: how many values are labelled, how many of them are proposed, which are not."""

    labelled: int = 0
    proposed: int = 0
    missing: list[tuple[str, Any]] = field(default_factory=list)


def main(
    dataset: Annotated[Path, typer.Argument(help="A directory of labels, or a .jsonl file.")],
    split: Annotated[Split | None, typer.Option(help="Only this part of the dataset.")] = None,
    missing: Annotated[
        bool, typer.Option("--missing", help="Name the values that are not proposed.")
    ] = False,
    schema: SchemaName = None,
) -> None:
    """Count the labelled values that are proposed, field by field."""
    try:
        rubric = rubric_of(schema_named(schema))
        asked = [
            (case.id, case.gold, question(rubric.schema, case.document()))
            for case in load(dataset, rubric).selected(split)
            if case.gold.get("is_posting", (False,))[0]
        ]
    except (InputError, SchemaError) as error:
        raise typer.BadParameter(str(error)) from error
    for name, tally in tallies(asked).items():
        share = tally.proposed / tally.labelled
        print(f"{name:18} {tally.proposed:4} of {tally.labelled:4}  {share:.2f}")
        for case, value in tally.missing if missing else ():
            print(f"    {clean(case)}: {clean(str(value))}")


def tallies(
    asked: Sequence[tuple[str, Mapping[str, Sequence[Any]], Question]],
) -> dict[str, ProposalCounts]:
    """Return the tally of each field; `asked` are the id, the labels and the question of a case."""
    found: dict[str, ProposalCounts] = {}
    for case, gold, each in asked:
        model: type[BaseModel] = each.schema.model
        rubric = rubric_of(model)
        for name, values in _candidates(each):
            right = gold.get(name)
            if right is None:
                continue
            tally = found.setdefault(name, ProposalCounts())
            if rubric.kinds[name].is_list:
                counts = compared(name, values, right, rubric)
                hit, count = counts.correct, counts.correct + counts.omitted
            else:
                hit = int(any(compared(name, value, right, rubric).correct for value in values))
                count = max(hit, int(right[0] is not None))
            tally.labelled += count
            tally.proposed += hit
            if hit < count:
                tally.missing.append((case, right[0]))
    return {name: tally for name, tally in found.items() if tally.labelled}


def _candidates(asked: Question) -> Iterator[tuple[str, list[Any]]]:
    """Yield each field that code proposes for, with the values of all it sees, as JSON."""
    for one in asked.schema.fields:
        if one.kind.shape == "lines" or members(one.kind):
            continue
        if proposed(one.kind, asked.document) is None:
            continue
        options = asked.options.get(one.name) or ()
        spans = [*asked.given.get(one.name, ()), *(s for o in options for s in o.spans)]
        values: list[Any] = []
        for span in spans:
            for part in one.kind.expand(asked.document, span):
                value = one.kind.read(asked.document, part)
                several = one.kind.shape != "one"
                values += [] if value is None else list(value) if several else [value]
        yield one.name, [_json(value) for value in values]


def _json(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return value.isoformat() if hasattr(value, "isoformat") else value


if __name__ == "__main__":
    typer.run(main)
