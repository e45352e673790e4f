"""What a system is asked with, and which cases it is asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from evals.commands.named_systems import NamedSystem
from evals.commands.options import again, asked
from evals.data.dataset import Case, Dataset
from evals.data.prompt_examples import Example, example_of, picked
from evals.scoring.run_setup import RunSetup, folder_of, reading_of, with_way
from extract.asking import prompt as prompts
from extract.errors import AuthenticationError, InputError
from extract.models.cassettes import Recordings
from extract.models.endpoint import Model
from extract.runs.prices import known_price
from extract.terminal import clean

__all__ = ["Asking", "check", "examples_of", "folder_for", "shown_by", "without_examples"]

_EXAMPLES = 3
_OF_LANGEXTRACT = {"model", "base_url"}


def check(system: NamedSystem) -> None:
    """Raise BadParameter for options that the system does not take."""
    given = {*system.model.given(), *(["header"] if system.model.headers else [])} - _OF_LANGEXTRACT
    if system.system == "langextract" and given:
        option = f"--{min(given).replace('_', '-')}"
        raise typer.BadParameter(f"langextract does not support {option}")
    if system.question.reading is not None and system.system != "postings":
        raise typer.BadParameter(f"--reading is for `postings` itself, not for {system.system}")


def folder_for(dataset: Path, system: NamedSystem) -> Path:
    """Return the folder of a system's recordings of a dataset."""
    way = reading_of(system.model.name, system.question.reading)
    return system.answers.cassettes or folder_of(dataset, way, system.system)


@dataclass(frozen=True, slots=True)
class Asking:
    """What all systems of a command have in common: the dataset, and the other options."""

    dataset: Path
    loaded: Dataset
    common: NamedSystem

    def setup(self, system: NamedSystem, examples: tuple[Example, ...]) -> RunSetup:
        """Return what the cases are asked.

        Raises a PostingsError if the model has no key, or there are no recordings to replay.
        """
        way = reading_of(system.model.name, system.question.reading)
        folder = folder_for(self.dataset, system)
        mode = system.answers.mode(system.system, folder)
        model = system.model
        if system.key is not None and mode != "replay":
            if not (key := os.environ.get(system.key)):
                raise AuthenticationError(f"{system.word}: no key: set {system.key}")
            model = replace(model, api_key=key, typed=model.typed | {"api_key"})
        meant = asked(model, mode, Recordings(folder))
        return RunSetup(
            with_way(meant, way) if system.system == "postings" else meant,
            folder,
            "all" if system.answers.everything else mode,
            system.question.prompt,
            system.system,
            self._again(system),
            self.loaded.rubric.schema.model,
            way,
            examples,
            price=system.price or (known_price(meant) if isinstance(meant, Model) else None),
        )

    def _again(self, system: NamedSystem) -> tuple[str, ...]:
        """Return the words of the command that asks the same."""
        common = self.common
        return again(
            self.dataset,
            system=None if system.word == "postings" else system.word,
            schema=common.question.schema,
            cassettes=common.answers.cassettes,
            **common.model.given(),
            reading=common.question.reading if system.system == "postings" else None,
            prompt=common.question.prompt,
        )


def examples_of(dataset: Dataset, system: NamedSystem) -> tuple[Example, ...]:
    """Choose the examples of langextract, which cannot be asked without one; others have none.

    Raises InputError if no document can be one.
    """
    if system.system != "langextract":
        return ()
    cases = [case for case in dataset.selected("dev") if case.gold]
    known = [each for case in cases if (each := example_of(case, "open")) is not None]
    examples = tuple(picked(known, _EXAMPLES))
    if not examples:
        raise InputError(
            "langextract needs an example, and no labelled document of the dev split can be quoted"
        )
    return examples


def shown_by(system: NamedSystem, examples: Collection[Example]) -> frozenset[str]:
    """Return the hashes of the documents that a system's prompt shows as examples.

    Raises PromptError for an unknown template.
    """
    if system.system != "postings":
        return frozenset(each.sha256 for each in examples)
    way = reading_of(system.model.name, system.question.reading)
    return frozenset(prompts.load(system.question.prompt, way).shown)


def without_examples(
    cases: tuple[Case, ...], shown: Collection[str]
) -> tuple[tuple[Case, ...], tuple[str, ...]]:
    """Return the cases without those that are examples, and the ids of those left out.

    Raises InputError if none is left.
    """
    if not shown:
        return cases, ()
    held_out = tuple(case.id for case in cases if _sha256(case) in shown)
    if held_out:
        named = ", ".join(clean(name) for name in held_out)
        print(f"left out, as examples of the prompt: {named}", file=sys.stderr)
    kept = tuple(case for case in cases if case.id not in held_out)
    if not kept:
        raise InputError("every case is an example of the prompt, so none is left to run")
    return kept, held_out


def _sha256(case: Case) -> str:
    try:
        return case.document().sha256
    except InputError:
        return ""
