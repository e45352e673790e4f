"""The bases of the answer schemas. To import this imports instructor and openai: import it late.

They are instructor's own, because it would otherwise build a second class for each document.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

from instructor import ResponseSchema
from pydantic import ConfigDict

__all__ = ["ClosedAnswer", "OpenAnswer"]


class ClosedAnswer(ResponseSchema):
    """An answer in closed reading, which has exactly the fields that are asked."""

    model_config = ConfigDict(extra="forbid")


class OpenAnswer(ResponseSchema):
    """An answer in open reading; its fields are looked at one by one, so one fault costs one."""

    model_config = ConfigDict(extra="allow")

    form: ClassVar[str]
    is_posting: bool

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the strict schema that the answer is asked to have."""
        del args, kwargs
        form: dict[str, Any] = json.loads(cls.form)
        return form
