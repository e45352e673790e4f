"""A small dataset on disk, and the command that evaluates it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from typer.testing import CliRunner, Result

from extract.cli import app
from tests.server import Server, shown

TEXTS = {
    "baker": "Baker, nights. Oven & Sons, Leeds. Pay: £14 per hour.\n- Bake bread\n",
    "clerk": "Clerk, days. Till & Co, Cork. Pay: 13 EUR per hour.\n- Count the till\n",
    "cook": "Line cook wanted at Borrel's, Ghent. Pay: 15.50 EUR per hour.\n- Cook for 80\n",
}
PAY = {"baker": (14, "GBP"), "clerk": (13, "EUR"), "cook": (15.5, "EUR")}


def written(path: str | Path = "shops.jsonl", names: Iterable[str] = TEXTS, **texts: str) -> str:
    """Write the dataset with the pay of each posting as its label; `texts` change what is read."""
    rows = []
    for name in names:
        pay, currency = PAY[name]
        salary = {"min": pay, "max": pay, "currency": currency, "period": "hour"}
        gold = {"is_posting": True, "workplace": None, "salary": salary}
        row = {"id": name, "text": texts.get(name, TEXTS[name]), "gold": gold, "split": "test"}
        rows.append(json.dumps(row))
    Path(path).write_text("\n".join(rows), "utf-8")
    return str(path)


def model(server: Server) -> list[str]:
    """Return the words that name the model of a server."""
    return ["--model", "simple", "--base-url", server.base_url, "--reading", "closed"]


def postings(*words: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(app, words)


def asked_about(server: Server) -> list[str]:
    """Return which postings the requests showed, one name a request."""
    return [
        name
        for request in server.requests
        for name, text in TEXTS.items()
        if text[:12] in shown(request)
    ]
