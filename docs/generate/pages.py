"""Write the pages that follow from the code: `python -m docs.generate.pages`."""

from __future__ import annotations

from pathlib import Path

from docs.generate import commands_page, languages_page
from docs.generate.providers_table import END, START, providers_table

__all__ = ["pages"]

_DOCS = Path(__file__).parents[1]


def pages() -> dict[Path, str]:
    """Return what each of the pages has to hold."""
    providers = _DOCS / "providers.md"
    before, _, rest = providers.read_text("utf-8").partition(START)
    _, _, after = rest.partition(END)
    return {
        _DOCS / "commands.md": commands_page.page(),
        _DOCS / "languages.md": languages_page.page(),
        providers: f"{before}{START}{providers_table()}{END}{after}",
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, "utf-8")
