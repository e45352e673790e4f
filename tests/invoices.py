"""A schema of another domain than jobs, with every shape that is scored, and a dataset of it."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field


class Vendor(BaseModel):
    """Who is to be paid."""

    name: str | None = None
    tax_id: str | None = Field(default=None, alias="taxId")


class Item(BaseModel):
    """One line of the invoice."""

    what: str | None = None
    amount: Decimal | None = None
    tags: list[str] = []


class Invoice(BaseModel):
    """A bill that asks for payment."""

    number: str
    due: dt.date | None = None
    total: Decimal | None = None
    paid: bool | None = None
    status: Literal["open", "late"] | None = None
    vendor: Vendor | None = None
    items: list[Item] = []


TEXT = "Invoice A-17 of Brass & Sons\nDue 4 May 2026, total 30.50\nValve 20.00\nGasket 10.50\n"
GOLD: dict[str, Any] = {
    "is_posting": True,
    "number": "A-17",
    "due": "2026-05-04",
    "total": "30.50",
    "paid": None,
    "vendor": {"name": "Brass & Sons", "taxId": None},
    "items": [{"what": "Valve", "amount": "20.00"}, {"what": "Gasket", "amount": "10.50"}],
}
ANSWER: dict[str, Any] = {
    "is_posting": True,
    "number": "A-17",
    "due": {"words": "4 May 2026", "value": "2026-05-04"},
    "total": {"words": "30.50", "value": 30.5},
    "paid": None,
    "status": None,
    "vendor": {"name": "Brass & Sons", "tax_id": None},
    "items": [
        {"what": "Gasket", "amount": {"words": "10.50", "value": 10.5}, "tags": []},
        {"what": "Valve", "amount": {"words": "20.00", "value": 20}, "tags": []},
    ],
}
"""What a reader without a fault answers, with the items in another order than the labels."""


def written(path: str | Path = "invoices.jsonl", **gold: Any) -> str:
    """Write a dataset of one invoice and one other page; `gold` changes the invoice's labels."""
    rows = [
        {"id": "invoice", "text": TEXT, "gold": {**GOLD, **gold}, "split": "dev"},
        {"id": "letter", "text": "Dear all\n", "gold": {"is_posting": False}, "split": "test"},
    ]
    Path(path).write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return str(path)
