"""How OpenAI-compatible endpoints differ: a table, and what a run learns where the table is silent.

`providers.toml` holds the facts, `Dialect` is one endpoint's row with what was learned applied to
it, and `lessons` turns a refusal into the next thing to try.
"""

from extract.dialects.answers import answer_text
from extract.dialects.dialect import Dialect, Effort, Sizes, Step, Way
from extract.dialects.lessons import Sent, lessons
from extract.dialects.memory import Memory
from extract.dialects.refusals import Meaning, Said, meaning_of, said_of
from extract.dialects.table import (
    UNLISTED,
    Provider,
    dialect_of,
    provider_named,
    provider_of,
    providers,
)

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
