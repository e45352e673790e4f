"""A folder of three raw pages to label, one of which attacks whoever shows it."""

from __future__ import annotations

from pathlib import Path

BAKER = "Night baker\nOvenside Ltd, Leeds, UK\nPay: £14.50 an hour\nYou speak Polish.\n"
ATTACK = (
    "Cook wanted\n1 < 2 && 3 > 2; &lt;b&gt;bold&lt;/b&gt; ${7*7} {{7*7}}\n"
    "\u202egnp.exe \u2066 😀 onerror=window.hit=1\nPay: £12 an hour\n"
)


def write_pages(folder: Path) -> Path:
    """Write the pages into a new folder, and return it."""
    folder.mkdir()
    (folder / "baker.txt").write_text(BAKER, "utf-8")
    (folder / "attack.txt").write_text(ATTACK, "utf-8")
    (folder / "news.txt").write_text("The bakery won a prize.\nRead more on page 2.\n", "utf-8")
    return folder
