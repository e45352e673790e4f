"""Read a TOML file that a person wrote and named."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from extract.errors import InputError

__all__ = ["load_toml"]


def load_toml(path: str | Path) -> dict[str, Any]:
    """Return what a TOML file holds. Raises InputError if it cannot be read, or is not TOML."""
    try:
        return tomllib.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: is not TOML: {error}") from error
