"""What a run was begun with, so that no other run goes on in its folder."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from extract.asking.prompt import Prompt
from extract.asking.schema import Schema
from extract.errors import JournalError
from extract.models.client import Model

__all__ = ["Manifest"]

_FORMAT = 1
_NAMED = {"prompt_sha256": "prompt", "schema_sha256": "schema"}


@dataclass(frozen=True, slots=True)
class Manifest:
    """The model, the prompt and the schema: what decides how each text is asked.

    `shard` is that of the input, as "3/16", if only one is read.
    """

    model: str
    temperature: float | None
    prompt: str
    prompt_sha256: str
    schema: str
    schema_sha256: str
    shard: str | None = None
    format: int = _FORMAT

    @classmethod
    def of(
        cls, model: Model, prompt: Prompt, schema: Schema[Any], shard: str | None = None
    ) -> Manifest:
        """Return the manifest of a run with these."""
        return cls(
            model.name,
            model.temperature,
            prompt.name,
            prompt.sha256,
            schema.model.__name__,
            schema.sha256,
            shard,
        )

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Return the manifest in a run's folder. Raises JournalError if there is none."""
        file = folder / "manifest.json"
        try:
            kept = _read(file)
            return cls(**{one.name: kept[one.name] for one in fields(cls) if one.name in kept})
        except FileNotFoundError as error:
            raise JournalError(f"{folder} is not the folder of a run: no manifest.json") from error
        except TypeError as error:
            raise JournalError(f"{file} cannot be used: {error}") from error

    def differences(self, kept: Mapping[str, Any], apart: Collection[str] = ()) -> list[str]:
        """Return in words what differs from another manifest, but for what is `apart`."""
        return [
            _changed(name, kept.get(name), value)
            for name, value in asdict(self).items()
            if name not in apart and kept.get(name) != value
        ]

    def as_json(self) -> dict[str, Any]:
        """Return the manifest as it is written."""
        return asdict(self)

    def check(self, folder: Path) -> None:
        """Write the manifest of a new run, or compare it with that of the one in the folder.

        Raises JournalError, which names the differences, if the folder is another run's.
        """
        file = folder / "manifest.json"
        current = self.as_json()
        try:
            if not file.exists():
                part = file.with_suffix(".part")
                part.write_text(json.dumps(current, indent=1) + "\n", encoding="utf-8")
                part.replace(file)
                return
        except OSError as error:
            raise JournalError(f"{file} cannot be used: {error}") from error
        changed = self.differences(_read(file))
        if changed:
            raise JournalError(
                f"{folder} is another run's: {'; '.join(changed)}. "
                "Choose a new run directory, or go back to what it was begun with"
            )


def _read(file: Path) -> dict[str, Any]:
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        raise JournalError(f"{file} cannot be used: {error}") from error
    if not isinstance(kept, dict):
        raise JournalError(f"{file} cannot be used: it is not the manifest of a run")
    return kept


def _changed(name: str, before: Any, now: Any) -> str:
    if name in _NAMED:
        return f"the {_NAMED[name]}'s content changed ({str(before)[:8]} then, {str(now)[:8]} now)"
    return f"the {name} was {before!r} and is now {now!r}"
