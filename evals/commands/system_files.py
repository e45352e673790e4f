"""The TOML file of a system to evaluate.

    name = "mini"                # what it is called; else the name of the file
    system = "postings"          # or "instructor", "langextract"
    model = "gpt-5-mini"
    base_url = "https://api.openai.com/v1"
    reading = "open"
    prompt = "mine.toml"         # a shipped template, or a file beside this one
    reasoning_effort = "low"     # any option of the model, with _ for -

A file that names a model describes it whole; one that names none asks the command line's model.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.scoring.runlog import SystemName
from extract.cli.model_options import EffortName
from extract.errors import InputError
from extract.toml_file import load_toml
from extract.values import Reading

__all__ = ["SystemFile", "load_file", "nearest"]


class SystemFile(BaseModel):
    """What a file of a system may say. Paths are relative to the file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str | None = Field(default=None, min_length=1)
    system: SystemName = "postings"
    model: str | None = Field(default=None, min_length=1)
    base_url: str | None = None
    provider: str | None = None
    temperature: float | None = Field(default=None, ge=0, le=2)
    reasoning_effort: EffortName | None = None
    answer_tokens: int | None = Field(default=None, ge=1)
    api_version: str | None = None
    timeout: float | None = Field(default=None, ge=1)
    headers: dict[str, str] = {}
    api_key_env: str | None = Field(default=None, description="the variable that holds the key")
    reading: Reading | None = None
    prompt: str | None = None
    of_schema: str | None = Field(default=None, alias="schema")
    cassettes: str | None = None
    answers: Literal["live", "replay", "record"] | None = None
    price_in: float | None = Field(default=None, ge=0)
    price_out: float | None = Field(default=None, ge=0)


def load_file(path: Path) -> SystemFile:
    """Read the file of a system. Raises InputError that names the key at fault and the nearest."""
    table = load_toml(path)
    known = sorted(field.alias or name for name, field in SystemFile.model_fields.items())
    for key in table:
        if key == "api_key":
            raise InputError(
                f"{path}: keep the key out of the file: write api_key_env = the name of the "
                "variable that holds it"
            )
        if key not in known:
            raise InputError(
                f"{path}: unknown key {key!r}{nearest(key, known)}; known are {', '.join(known)}"
            )
    try:
        return SystemFile.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise InputError(f"{path}: {place} is {first['input']!r}: {first['msg']}") from error


def nearest(word: str, known: Sequence[str]) -> str:
    """Return " (did you mean …?)" for the known word that is most like another; else nothing."""
    near = get_close_matches(word.replace("-", "_").casefold(), known, 1)
    return f" (did you mean {near[0]!r}?)" if near else ""
