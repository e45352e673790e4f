"""Options of several commands of the evaluation; the model's are in `extract.cli`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from evals.scoring.runlog import Mode
from extract.cli.model_options import LOCAL, ModelOptions, model_of
from extract.models.cassettes import Recordings
from extract.models.dialects import UNLISTED
from extract.models.endpoint import Model, as_recorded
from extract.models.local import DEFAULT

__all__ = ["Cassettes", "DatasetPath", "again", "asked", "recorded_model"]

_ATTEMPTS = 3
_OWN_LIMIT = "max_tokens"
"""What servers of one's own were asked with, where OpenAI's has another name for it."""


DatasetPath = Annotated[
    Path, typer.Argument(metavar="DATASET", help="A directory of labels, or a .jsonl file.")
]
Cassettes = Annotated[
    Path | None,
    typer.Option(
        "--cassettes",
        metavar="DIR",
        help="The recordings; default: cassettes/NAME of the dataset, or NAME-open, -instructor.",
    ),
]


def asked(chosen: ModelOptions, mode: Mode, recordings: Recordings | None = None) -> str | Model:
    """Return the model of the options.

    A replay needs no key. There the server is that of the `recordings` where the options name none,
    and so is the model, with how it was asked, where they name no model either.

    >>> asked(ModelOptions("gpt-5-mini"), "replay").api_key
    'none'
    """
    if mode != "replay":
        return model_of(chosen, _ATTEMPTS)
    kept = _kept(recordings) if recordings is not None else {}
    if not kept:
        return model_of(chosen, _ATTEMPTS, keyless=True)
    if chosen.name == LOCAL:
        return LOCAL if kept["model"] == DEFAULT.name else as_recorded(kept)
    if chosen.base_url is None and chosen.provider is None:
        server = as_recorded(kept)
        provider = server.row.name if server.row is not None else UNLISTED
        chosen = replace(chosen, base_url=server.base_url, provider=provider)
    return model_of(chosen, _ATTEMPTS, keyless=True)


def recorded_model(recordings: Recordings) -> str | None:
    """Return the name of the model that a folder's first recording was made with."""
    return _kept(recordings).get("model")


def _kept(recordings: Recordings) -> dict[str, Any]:
    """Return what is kept beside the first recording; nothing if there is none to be read."""
    first = next(iter(recordings.files()), None)
    kept = recordings.about(first) if first is not None else {}
    if kept.get("path") and "asked_with" not in kept and _OWN_LIMIT not in kept["asked"]:
        kept["asked_with"] = {"provider": "openai"}
    return kept if kept.get("path") else {}


def again(dataset: Path, **options: object) -> tuple[str, ...]:
    """Return the words of the command that evaluates a dataset with options; None is left out.

    >>> " ".join(again(Path("shops.jsonl"), model="qwen3", base_url=None))
    'postings eval shops.jsonl --model qwen3'
    """
    given = {name: value for name, value in options.items() if value is not None}
    pairs = (
        word
        for name, value in given.items()
        for word in (f"--{name.replace('_', '-')}", str(value))
    )
    return ("postings", "eval", str(dataset), *pairs)
