"""Declarative shadow DOM."""

from __future__ import annotations

from extract.text.document import from_text
from extract.text.shadow import unshadowed


def test_a_shadow_root_is_shown_and_a_template_is_not() -> None:
    """Only templates that a browser makes a shadow root of are part of the page."""
    page = (
        '<x-job><template shadowrootmode="closed"><h1>Baker</h1><template><p>Spare</p></template>'
        "<p>Location: York</p></template></x-job><template><p>Unused</p></template><p>Come by.</p>"
    )
    assert "# Baker\n\nLocation: York\n\nCome by." == from_text(page).text


def test_an_end_without_a_start_is_kept() -> None:
    """Unbalanced tags do not lose anything."""
    page = "</template><p>shadowroot</p><template shadowrootmode=open>Cook"
    assert "</template><p>shadowroot</p><div>Cook" == unshadowed(page)
