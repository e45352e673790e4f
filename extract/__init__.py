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
    from extract.batch.traffic import Price, Traffic
    from extract.errors import PostingsError
    from extract.model import Model
    from extract.posting import Posting
    from extract.record import Evidence, Failure, Record
    from extract.text.document import from_bytes, from_text, read
    from extract.text.several import split
    from extract.text.sources import documents
    from extract.values import Document, Education, Experience, Location, Requirement, Salary

_HOMES = {
    "Document": "values",
    "Education": "values",
    "Evidence": "record",
    "Experience": "values",
    "Failure": "record",
    "Location": "values",
    "Model": "model",
    "Posting": "posting",
    "PostingsError": "errors",
    "Price": "batch.traffic",
    "Record": "record",
    "Requirement": "values",
    "Salary": "values",
    "Traffic": "batch.traffic",
    "documents": "text.sources",
    "extract": "api",
    "extract_all": "api",
    "extract_many": "api",
    "from_bytes": "text.document",
    "from_text": "text.document",
    "read": "text.document",
    "split": "text.several",
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
