"""Pages whose markup a PHP program prints."""

from __future__ import annotations

import pytest

from extract.text.document import from_text
from extract.text.php import printed


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        (
            (
                '<?php include "top.php"; '
                'echo "<h1 class=\\"x\\">Baker $name {$a[1]}</h1>\\n<p>York</p>";'
            ),
            "# Baker\n\nYork",
        ),
        ("<?php print('<h1>Baker\\'s help</h1>'); ?><p>York</p>", "# Baker's help\n\nYork"),
        ("<h1>Baker</h1><?php echo 'Cook'; ?><p>York</p>", "# Baker\n\nYork"),
        ("<h1>Baker</h1><?php if ($open) { echo '<p>York</p>'; }", "# Baker\n\nYork"),
        ('<?xml version="1.0"?><html><h1>Baker</h1></html>', "# Baker"),
    ],
)
def test_what_is_printed_with_tags_is_the_page(page: str, shown: str) -> None:
    """Other strings, names and code are none of it."""
    assert from_text(page).text == shown


def test_a_mark_that_is_no_program_is_left() -> None:
    """Nor is a program without an end that prints no markup."""
    assert printed("<?php $page = <<<A\n<p>a</p>\nA;") == "<?php $page = <<<A\n<p>a</p>\nA;"
    assert printed("<p>a <? b</p>") == "<p>a <? b</p>"
    assert printed("<p>a</p>") == "<p>a</p>"


def test_hostile_programs_take_no_time() -> None:
    """Strings that never end, and many of them, are looked at once."""
    assert printed("<?php " + 'echo "<b>' * 50_000).count("<b>") <= 50_000
    assert "<b>" not in printed("<?php " + "print '\\" * 50_000)
