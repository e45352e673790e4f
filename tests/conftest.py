"""What every test shares. The network is blocked in pyproject.toml: loopback alone is open."""

from __future__ import annotations

import pytest
from hypothesis import settings

from extract.text.document import from_text
from extract.values import Document

# The same examples in every run, and no deadline: a check must not fail by chance or by load.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")

POSTING = """\
Careers > Bakery
Senior Baker (m/f)
Miller's Corner, Inc.
Location: Leeds, United Kingdom
What you will do:
• Bake sourdough and laminated dough
• Order flour and plan the night shift
Qualities we hope for:
• At least 3 years of experience in a bakery
• NVQ Level 3 preferred
We offer:
• £14.50 per hour, full-time
• 28 days of leave
Job ID: BK-4411. Apply by 14 March 2025.
"""


@pytest.fixture
def posting() -> Document:
    """Read a short posting with headings, written for the tests."""
    return from_text(POSTING, id="baker", source="baker.txt")
