"""docs/providers.md says what the table of providers says."""

from __future__ import annotations

from pathlib import Path

from extract.models.dialects import Dialect, providers

PAGE = Path(__file__).parent.parent / "docs" / "providers.md"


def _line(name: str, models: str, dialect: Dialect, *, sure: bool) -> str:
    cells = (
        name,
        models,
        ", ".join(dialect.ways),
        f"`{dialect.limit}`" + (" + reasoning" if dialect.thinks else ""),
        ", ".join(sorted(dialect.left_out | dialect.keywords)) or "nothing",
        "yes" if sure else "no",
    )
    return "| " + " | ".join(cells) + " |\n"


def table() -> str:
    """Return the table of the page."""
    lines = [
        "| `--provider` | models | ways, best first | limit | left out | confirmed |\n",
        "| --- | --- | --- | --- | --- | --- |\n",
    ]
    for row in providers():
        if row.retired:
            lines.append(f"| {row.name} | | {row.retired} | | | yes |\n")
            continue
        lines.append(_line(row.name, "", row.dialect, sure=row.confirmed))
        for family in row.families:
            models = ", ".join(f"`{pattern}`" for pattern in family.models)
            lines.append(_line("", models, family.dialect, sure=family.confirmed))
    return "".join(lines)


def test_the_page_holds_the_table() -> None:
    """A row that is changed is changed in both."""
    assert table() in PAGE.read_text("utf-8")
