"""Grounded, typed records from raw job postings.

    >>> from extract import Posting, extract
    >>> Posting.model_fields["title"].description.startswith("the job title")
    True

Names are imported when they are first used, so that the command line starts at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extract.api import extract, extract_all, extract_many
    from extract.errors import PostingsError
    from extract.models.client import Model
    from extract.posting import Posting
    from extract.record import Evidence, Failure, Record
    from extract.runs.traffic import Price, Traffic
    from extract.sources.paths import documents
    from extract.sources.several import split
    from extract.text.document import from_bytes, from_text, read
    from extract.thresholds import Thresholds
    from extract.values import Document, Education, Experience, Location, Requirement, Salary

_HOMES = {
    "Document": "values",
    "Education": "values",
    "Evidence": "record",
    "Experience": "values",
    "Failure": "record",
    "Location": "values",
    "Model": "models.client",
    "Posting": "posting",
    "PostingsError": "errors",
    "Price": "runs.traffic",
    "Record": "record",
    "Requirement": "values",
    "Salary": "values",
    "Thresholds": "thresholds",
    "Traffic": "runs.traffic",
    "documents": "sources.paths",
    "extract": "api",
    "extract_all": "api",
    "extract_many": "api",
    "from_bytes": "text.document",
    "from_text": "text.document",
    "read": "text.document",
    "split": "sources.several",
}

__all__ = [
    "Document",
    "Education",
    "Evidence",
    "Experience",
    "Failure",
    "Location",
    "Model",
    "Posting",
    "PostingsError",
    "Price",
    "Record",
    "Requirement",
    "Salary",
    "Thresholds",
    "Traffic",
    "documents",
    "extract",
    "extract_all",
    "extract_many",
    "from_bytes",
    "from_text",
    "read",
    "split",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return __all__
