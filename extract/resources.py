"""Find the data that ships with the package: `extract/_prompts` in a wheel, `prompts/` in a checkout."""

from __future__ import annotations

from pathlib import Path

__all__ = ["prompts"]


def prompts() -> Path:
    """Return the directory of the prompt templates."""
    package = Path(__file__).parent
    installed = package / "_prompts"
    return installed if installed.is_dir() else package.parent / "prompts"
