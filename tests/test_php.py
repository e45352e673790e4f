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
        ("<h1><?php _e('Baker', 'oven'); ?></h1><?= esc_html__(\"York\") ?>", "# Baker\nYork"),
        ("<?php echo <<<A\n<h1>Baker</h1>\n<p>$town</p>\nA;", "# Baker"),
        ('<?\n$page[] = array("text" => "<h1>Baker</h1>"); // \'<p>no\'\n', "# Baker"),
        ("<?php $page = <<<A\n<p>a</p>\nA;", "a"),
        ('<?xml version="1.0"?><html><h1>Baker</h1></html>', "# Baker"),
    ],
)
def test_what_is_printed_with_tags_is_the_page(page: str, shown: str) -> None:
    """Other strings, names and code are none of it."""
    assert from_text(page).text == shown


def test_what_prints_no_markup_is_left_out_or_left() -> None:
    """Code beside a page is no part of it; a mark without a program, and code alone, are left."""
    assert printed("<p>a</p><?php $page = '<p>b</p>'; __('c'); ?>") == "<p>a</p>"
    assert printed("<?php $page = 'a';") == "<?php $page = 'a';"
    assert printed("<p>a</p>") == "<p>a</p>"


def test_hostile_programs_take_no_time() -> None:
    """Strings that never end, and many of them, are looked at once."""
    assert printed("<?php " + 'echo "<b>' * 50_000).count("<b>") <= 50_000
    assert "<b>" not in printed("<?php " + "print '\\" * 50_000)
    assert printed("<?php " + "$a = <<<A\n<b>" * 50_000).count("<b>") <= 50_000
    assert printed("<?php " + "_e( '<b>" * 20_000 + "/*" * 20_000).count("<b>") <= 20_000
