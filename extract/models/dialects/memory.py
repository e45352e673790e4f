"""What a run has learned about one endpoint; a resumed run starts with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from extract.models.dialects.dialect import Step

__all__ = ["Memory"]


@dataclass(slots=True)
class Memory:
    """The steps learned from an endpoint's refusals. `keep` is called with each new one."""

    steps: list[Step] = field(default_factory=list)
    keep: Callable[[Step], None] | None = None

    @classmethod
    def of(cls, known: Iterable[str], keep: Callable[[Step], None] | None = None) -> Memory:
        """Read steps that were kept earlier. Raises ValueError for invalid ones."""
        return cls([Step.of(text) for text in known], keep)

    def learn(self, step: Step) -> None:
        """Remember a step."""
        self.steps.append(step)
        if self.keep is not None:
            self.keep(step)
