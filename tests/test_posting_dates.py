"""Dates that a feed gives under its own keys."""

from __future__ import annotations

import pytest

from extract.kinds.dates.posting_dates import shown_by_key


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("start_date: 2027-02-03\nend_date: 2027-03-01", ["posted", "closes"]),
        ('"postingStartDate": "2027-02-03", "postingEndDate": "2027-03-01"', ["posted", "closes"]),
        ("contract.startDate: 2027-02-03\ncontract.endDate: 2027-03-01", [None, None]),
        ("Start date: 2027-02-03\nEnd date: 2027-03-01", [None, None]),
        ("job.startDate: 2027-02-03\njob.jobReqId: R-1\nseen: 2027-03-01", ["posted", None]),
        ("startDate: 2027-02-03\nupdated: 2027-03-01", [None, None]),
    ],
)
def test_a_pair_of_keys_is_the_window_of_the_posting(text: str, expected: list[str | None]) -> None:
    """`startDate` beside `endDate` is when a posting is shown, unless a contract has them."""
    dates = ("2027-02-03", "2027-03-01")
    assert expected == [shown_by_key(text, text.index(date)) for date in dates]
