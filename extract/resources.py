"""Find the data that ships beside the code.

In a wheel it is `extract/_prompts`, in a checkout `prompts/`.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["prompts"]


def prompts() -> Path:
    """Return the directory of the prompt templates."""
    package = Path(__file__).parent
    installed = package / "_prompts"
    return installed if installed.is_dir() else package.parent / "prompts"
