"""What a run was begun with, so that no other run goes on in its folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
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
    """The model, the prompt and the schema: what decides how each text is asked."""

    model: str
    temperature: float | None
    prompt: str
    prompt_sha256: str
    schema: str
    schema_sha256: str
    format: int = _FORMAT

    @classmethod
    def of(cls, model: Model, prompt: Prompt, schema: Schema[Any]) -> Manifest:
        """Return the manifest of a run with these."""
        return cls(
            model.name,
            model.temperature,
            prompt.name,
            prompt.sha256,
            schema.model.__name__,
            schema.sha256,
        )

    def check(self, folder: Path) -> None:
        """Write the manifest of a new run, or compare it with that of the one in the folder.

        Raises JournalError, which names the differences, if the folder is another run's.
        """
        file = folder / "manifest.json"
        current = asdict(self)
        try:
            if not file.exists():
                part = file.with_suffix(".part")
                part.write_text(json.dumps(current, indent=1) + "\n", encoding="utf-8")
                part.replace(file)
                return
            kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise JournalError(f"{file} cannot be used: {error}") from error
        if not isinstance(kept, dict):
            raise JournalError(f"{file} cannot be used: it is not the manifest of a run")
        changed = [
            _changed(name, kept.get(name), value)
            for name, value in current.items()
            if kept.get(name) != value
        ]
        if changed:
            raise JournalError(
                f"{folder} is another run's: {'; '.join(changed)}. "
                "Choose a new run directory, or go back to what it was begun with"
            )


def _changed(name: str, before: Any, now: Any) -> str:
    if name in _NAMED:
        return f"the {_NAMED[name]}'s content changed ({str(before)[:8]} then, {str(now)[:8]} now)"
    return f"the {name} was {before!r} and is now {now!r}"
