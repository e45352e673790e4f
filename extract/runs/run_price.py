"""What asking texts of a run costs, from what the run's own requests took and its price."""

from __future__ import annotations

import sqlite3
from contextlib import suppress

from extract.models.client import Model
from extract.runs.prices import known_price
from extract.runs.traffic import Price
from extract.values import Usage

__all__ = ["price_in", "usage_of_texts"]

_SPENT = """
SELECT sum(prompt), sum(completion), count(DISTINCT text_sha256) FROM requests
WHERE outcome = 'answered'
"""


def usage_of_texts(db: sqlite3.Connection, texts: int) -> Usage:
    """Return what asking some texts takes, if they are like those that the run asked."""
    prompt, completion, asked = db.execute(_SPENT).fetchone()
    share = texts / asked if asked else 0.0
    return Usage(round((prompt or 0) * share), round((completion or 0) * share), 0, texts)


def price_in(db: sqlite3.Connection, model: str) -> Price | None:
    """Return the price that a run's journal notes, else that of the model's name, if known."""
    noted = {}
    with suppress(sqlite3.OperationalError):  # a journal of an older version has no facts
        rows = db.execute("SELECT name, value FROM facts WHERE name IN ('price_in', 'price_out')")
        noted = {str(name): float(value) for name, value in rows}
    if len(noted) == 2:  # noqa: PLR2004 - both
        return Price(noted["price_in"], noted["price_out"])
    return known_price(Model(model, "https://api.openai.com/v1"))
