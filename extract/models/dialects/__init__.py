"""How OpenAI-compatible endpoints differ: a table of providers, and what a run learns itself.

`providers.toml` holds the facts, a `Dialect` is the row of one endpoint with the learned steps
applied, and `lessons` turns a refusal into the next steps.
"""

from extract.models.dialects.dialect import Dialect, Effort, Sizes, Step, Way
from extract.models.dialects.lessons import Sent, lessons
from extract.models.dialects.memory import Memory
from extract.models.dialects.model_answers import answer_text
from extract.models.dialects.providers import (
    UNLISTED,
    Provider,
    dialect_of,
    provider_named,
    provider_of,
    providers,
)
from extract.models.dialects.refusals import ErrorResponse, Meaning, error_response, meaning_of

__all__ = [
    "UNLISTED",
    "Dialect",
    "Effort",
    "ErrorResponse",
    "Meaning",
    "Memory",
    "Provider",
    "Sent",
    "Sizes",
    "Step",
    "Way",
    "answer_text",
    "dialect_of",
    "error_response",
    "lessons",
    "meaning_of",
    "provider_named",
    "provider_of",
    "providers",
]
