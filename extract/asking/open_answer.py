"""The answer class of open reading: one class for each schema of a user."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, ClassVar

from instructor import ResponseSchema
from pydantic import BaseModel, ConfigDict

from extract.asking.forms import answer_form
from extract.asking.schema import Schema

__all__ = ["open_answer_class"]


class _OpenAnswer(ResponseSchema):
    """An answer in open reading; its fields are checked one by one, so a fault costs one field."""

    model_config = ConfigDict(extra="allow")

    form: ClassVar[str]
    is_posting: bool

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the strict schema that the model is sent."""
        del args, kwargs
        form: dict[str, Any] = json.loads(cls.form)
        return form


@lru_cache(maxsize=32)
def open_answer_class(schema: Schema[Any]) -> type[BaseModel]:
    """Return the class of an answer for a schema, with its strict JSON schema."""
    # The class has one name for all schemas: it is part of the request, and no use to the model.
    about = {"title": "Reading", "description": schema.subject}  # those of a tool, if it is one
    return type("Reading", (_OpenAnswer,), {"form": json.dumps(about | answer_form(schema))})
