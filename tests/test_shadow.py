"""Declarative shadow DOM."""

from __future__ import annotations

import pytest

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


def test_a_component_in_one_file_is_read() -> None:
    """Its outermost element is a template, and the templates in that are conditions."""
    component = (
        "<!-- page --><script setup>const open = true</script>\n<template>\n<main><h1>Baker</h1>"
        '<template v-if="jobs.length > 0"><p>Closing date: 5 May 2027</p></template></main>'
        "\n</template>\n"
        "<style scoped>h1 { color: red }</style>"
    )
    assert from_text(component).text == "# Baker\n\nClosing date: 5 May 2027"


def test_a_template_further_down_is_no_page() -> None:
    """Many comments before something else take no time to tell."""
    page = "<!-- a -->" * 5000 + "<p>Come by.</p><template><p>Unused</p></template>"
    assert from_text(page).text == "Come by."


def test_elements_of_a_component_are_no_text() -> None:
    """What has an end tag is an element; a word in angle brackets that has none is text."""
    page = (
        '<template><Card :level="2"><CardTitle\n  class="big">Baker</CardTitle>'
        "<p>Knows <Dough> and Vec<Rye></p></Card></template>"
    )
    assert from_text(page).text == "Baker\n\nKnows <Dough> and Vec<Rye>"


@pytest.mark.parametrize(
    "page",
    [
        "<!-- widgets --><template id=x><p>Unused</p></template><main>Come by.</main>",
        "<template shadowrootmode=open><p>Come by.</p></template><template>Unused</template>",
    ],
)
def test_a_template_beside_a_page_is_no_component(page: str) -> None:
    """It is not all of the text, or belongs to a shadow root."""
    assert from_text(page).text == "Come by."


def test_a_component_may_begin_with_blocks_of_its_own() -> None:
    """Translations; and a letter that is longer in lower case moves nothing."""
    page = "<i18n>{}</i18n>\n<template><h1>İİİ</h1></template>\n<script>let a</script>"
    assert from_text(page).text == "# İİİ"


def test_a_word_beside_an_angle_bracket_is_text() -> None:
    """Types of programming languages, and signs of comparison."""
    page = "<p>We use List<Job> of <Job>Baker</Job></p><p>Pay <k and 5</k></p>"
    assert from_text(page).text == "We use List<Job> of Baker\n\nPay <k and 5"
