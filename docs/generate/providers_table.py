"""The table of providers in `docs/providers.md`, from the table in the code."""

from __future__ import annotations

from docs.generate.tables import table
from extract.models.dialects import Dialect, providers

__all__ = ["END", "START", "providers_table"]

START, END = "<!-- table -->\n", "<!-- end of table -->"
_HEAD = ("`--provider`", "models", "ways, best first", "limit", "left out", "confirmed")


def providers_table() -> str:
    """Return the table, a row for each provider and for each family of its models."""
    rows: list[list[str]] = []
    for row in providers():
        if row.retired:
            rows.append([row.name, "", row.retired, "", "", "yes"])
            continue
        rows.append(_row(row.name, "", row.dialect, sure=row.confirmed))
        for family in row.families:
            models = ", ".join(f"`{pattern}`" for pattern in family.models)
            rows.append(_row("", models, family.dialect, sure=family.confirmed))
    return table(_HEAD, rows)


def _row(name: str, models: str, dialect: Dialect, *, sure: bool) -> list[str]:
    return [
        name,
        models,
        ", ".join(dialect.ways),
        f"`{dialect.limit}`" + (" + reasoning" if dialect.thinks else ""),
        ", ".join(sorted(dialect.left_out | dialect.keywords)) or "nothing",
        "yes" if sure else "no",
    ]
