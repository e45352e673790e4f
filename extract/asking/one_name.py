"""Words that an answer gives as both the title and the employer are one of the two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extract.asking.schema import Schema
from extract.kinds import Company, Title
from extract.reading.job_titles import likeness_to_titles

__all__ = ["misnamed"]

_EVEN = 0.5


def misnamed(schema: Schema[Any], values: Mapping[str, Any]) -> str | None:
    """Return the field whose value is its title's or its employer's name by mistake, or None.

    A small model that finds no title takes the employer for it, and the other way round.

    >>> from extract.posting import Posting
    >>> from extract.asking.schema import schema_of
    >>> misnamed(schema_of(Posting), {"title": "Pastry Chef", "company": "pastry chef"})
    'company'
    """
    for title in _of_kind(schema, Title):
        for company in _of_kind(schema, Company):
            said, name = values.get(title), values.get(company)
            if said and name and str(said).casefold() == str(name).casefold():
                return company if likeness_to_titles(str(said)) > _EVEN else title
    return None


def _of_kind(schema: Schema[Any], kind: type) -> list[str]:
    return [field.name for field in schema.fields if isinstance(field.kind, kind)]
