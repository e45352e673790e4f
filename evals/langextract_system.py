"""langextract as a system: not yet."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel

from evals.dataset import Case
from evals.systems import System
from extract.model import Model

__all__ = ["sha256", "system"]


def sha256(schema: type[BaseModel], examples: Sequence[Case]) -> str:
    """Return the hash of what langextract is told."""
    raise NotImplementedError


def system(model: Model, schema: type[BaseModel], examples: Sequence[Case]) -> System:
    """Make a system of langextract."""
    raise NotImplementedError
