"""Read the label files of a dataset, and check their form against the schema of labels."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar, cast

import jsonschema

from evals.data import label_shapes as shapes
from evals.data.flat_labels import is_flat, unflattened
from evals.data.rubric import BUILT_IN, Rubric
from extract.errors import InputError

__all__ = ["FORMAT_PAGE", "Label", "checked", "contents", "faults", "labels", "objects", "readable"]

Taught = TypeVar("Taught")

FORMAT_PAGE = "docs/labels.md"
"""The page that describes the files."""


@dataclass(frozen=True, slots=True)
class Label:
    """One label as read from the dataset; `row` is None if it is not a JSON object."""

    place: str
    row: dict[str, Any] | None
    fault: str | None = None


def labels(path: Path, *, flat: bool = True) -> Iterator[Label]:
    """Yield the labels of a dataset. With `flat`, rows of flat labels are converted.

    Raises InputError if `path` is not a dataset.
    """
    if path.is_dir():
        names = sorted((path / "labels").glob("*.json"))
        if not names:
            raise InputError(f"{path}: no label files; put each label in labels/ID.json")
        for name in names:
            yield _label(contents(str(name), str(path)), str(name), flat=flat)
        return
    if not path.is_file():
        raise InputError(f"{path}: no such file or directory")
    lines = path.read_bytes().split(b"\n")
    if not any(line.strip() for line in lines):
        raise InputError(f"{path}: the file has no rows")
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _label(line, f"{path}:{number}", flat=flat)


def objects(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a .jsonl file as they are. Raises InputError for one that is no object."""
    for label in labels(path, flat=False):
        if label.row is None:
            raise InputError(f"{label.place}: {label.fault or 'not a JSON object'}")
        yield label.row


def readable(paths: Iterable[Path], read: Callable[[dict[str, Any]], Taught]) -> Iterator[Taught]:
    """Yield what `read` makes of each row, and print the id of a row that it cannot read."""
    for path in paths:
        for row in objects(path):
            try:
                found = read(row)
            except InputError as error:
                print(f"left out: {row['id']}: {error}")
            else:
                yield found


def checked(path: Path, rubric: Rubric = BUILT_IN) -> dict[str, dict[str, Any]]:
    """Return the rows of a dataset by their ids. Raises InputError for one that does not fit."""
    rows = {}
    for label in labels(path, flat=rubric.built_in):
        wrong = faults(label, rubric)
        if wrong or label.row is None:
            raise InputError(f"{label.place}: {wrong[0] if wrong else 'not a JSON object'}")
        rows[label.row["id"]] = label.row
    return rows


def faults(label: Label, rubric: Rubric = BUILT_IN) -> list[str]:
    """Return what is wrong with the form of a label, each fault with its place in the label."""
    if label.row is None:
        return [label.fault or "not a JSON object"]
    validator = _validator(own=not rubric.built_in)
    found = sorted(validator.iter_errors(label.row), key=lambda error: error.json_path)
    wrong = [_fault(error) for error in found]
    if not wrong and not rubric.built_in:
        wrong = shapes.faults(rubric, label.row["gold"], label.row.get("accept", {}))
    name = label.row.get("id", "no id")
    return [f"{name}, {fault}" for fault in wrong]


def contents(path: str, place: str) -> bytes:
    """Return the bytes of a file. Raises InputError that names `place`, where the file is named."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{place}: {path} cannot be read: {error.strerror or error}") from error


def _fault(error: jsonschema.ValidationError) -> str:
    """Say what is wrong, where, and where the format is described."""
    place = error.json_path.removeprefix("$").removeprefix(".") or "the row"
    value, wanted = cast(tuple[Any, Any], (error.instance, error.validator_value))
    if error.validator == "enum":
        return f"{place}: {value!r} is not one of {', '.join(map(str, wanted))}"
    if error.validator == "additionalProperties":
        known = cast(dict[str, Any], error.schema)["properties"]
        unknown = ", ".join(sorted(value.keys() - known.keys()))
        return f"{place}: unknown key {unknown}; it can have {', '.join(known)}; see {FORMAT_PAGE}"
    if error.validator == "required":
        missing = ", ".join(key for key in wanted if key not in value)
        other = " (or text)" if missing == "document" else ""
        return f"{place}: the key {missing}{other} is missing; see {FORMAT_PAGE}"
    return f"{place}: {error.message[:200]}"


def _label(data: bytes, place: str, *, flat: bool) -> Label:
    try:
        row = json.loads(data)
    except (ValueError, RecursionError) as error:
        return Label(place, None, f"not JSON: {error}")
    if not isinstance(row, dict):
        return Label(place, None, "not a JSON object")
    try:
        return Label(place, unflattened(row) if flat and is_flat(row) else row)
    except (AttributeError, TypeError) as error:
        return Label(place, None, f"its flat labels cannot be read: {error}")


@cache
def _validator(*, own: bool) -> jsonschema.Draft202012Validator:
    """Return the validator of rows. With `own`, gold and accept are left to label_shapes."""
    schema = json.loads(files("evals.data").joinpath("dataset.schema.json").read_text("utf-8"))
    if own:
        parts = schema["properties"]
        parts.pop("roles")
        parts["gold"] = {
            "type": "object",
            "required": ["is_posting"],
            "properties": {"is_posting": {"type": "boolean"}},
        }
        parts["accept"] = {"type": "object", "additionalProperties": {"type": "array"}}
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(schema, format_checker=checker)
