"""What a run has learned about one endpoint, kept while it goes on and given to the next start."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from extract.models.dialects.dialect import Step

__all__ = ["Memory"]


@dataclass(slots=True)
class Memory:
    """The steps that an endpoint's refusals taught, in order. `keep` gets each new one."""

    steps: list[Step] = field(default_factory=list)
    keep: Callable[[Step], None] | None = None

    @classmethod
    def of(cls, known: Iterable[str], keep: Callable[[Step], None] | None = None) -> Memory:
        """Read steps that were kept before. Raises ValueError for one that is not a step."""
        return cls([Step.of(text) for text in known], keep)

    def learn(self, step: Step) -> None:
        """Remember a step."""
        self.steps.append(step)
        if self.keep is not None:
            self.keep(step)
