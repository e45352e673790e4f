"""How OpenAI-compatible endpoints differ: a table, and what a run learns where the table is silent.

`providers.toml` holds the facts, `Dialect` is one endpoint's row with what was learned applied to
it, and `lessons` turns a refusal into the next thing to try.
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
from extract.models.dialects.refusals import Meaning, Said, meaning_of, said_of

__all__ = [
    "UNLISTED",
    "Dialect",
    "Effort",
    "Meaning",
    "Memory",
    "Provider",
    "Said",
    "Sent",
    "Sizes",
    "Step",
    "Way",
    "answer_text",
    "dialect_of",
    "lessons",
    "meaning_of",
    "provider_named",
    "provider_of",
    "providers",
    "said_of",
]
