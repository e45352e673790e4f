"""Which objects of a JSON value are postings."""

from __future__ import annotations

from typing import Any

import pytest

from extract.text.json_feed import feed

_JOBS = [
    {"name": "Baker", "city": "Leeds", "url": "https://ovenside.example/1"},
    {"name": "Driver", "city": "York", "url": "https://ovenside.example/2"},
]


@pytest.mark.parametrize(
    "value",
    [
        _JOBS,
        [{"name": job["name"], "city": job["city"], "info": "Come and join."} for job in _JOBS],
        {"total": 2, "results": _JOBS},
        {"data": {"edges": [{"node": job} for job in _JOBS]}},
        {"title": "Jobs at Ovenside", "description": "Two posts", "jobs": _JOBS},
        {"company": "Ovenside", "data": [{"id": n, "attributes": j} for n, j in enumerate(_JOBS)]},
    ],
)
def test_records_are_found_wherever_they_are_nested(value: Any) -> None:
    """A list of postings is found in any envelope, and its records lose what wraps them."""
    found = feed(value)
    assert found is not None
    assert ["Baker", "Driver"] == [record["name"] for record in found.records]


@pytest.mark.parametrize(
    "value",
    [
        {"title": "Baker", "location": "Leeds", "similarJobs": _JOBS},
        {"title": "Baker", "location": "Leeds", "offices": [{"id": 1, "name": "Leeds"}] * 2},
        {"text": "Baker", "categories": {"location": "Leeds"}, "lists": [{"text": "Tasks"}] * 2},
        {"filters": [{"label": "Leeds", "count": 3}, {"label": "York", "count": 1}]},
        [{"question": "Do you bake?"}, {"question": "Since when?"}],
    ],
)
def test_lists_within_a_posting_are_not_postings(value: Any) -> None:
    """Other jobs, offices, sections, filters and questions are not the records of a feed."""
    assert feed(value) is None


def test_what_heads_the_list_is_said_to_all() -> None:
    """The employer of a feed is shared, its counts are not."""
    found = feed({"company": "Ovenside", "total": 2, "jobs": _JOBS})
    assert found is not None
    assert {"company": "Ovenside"} == found.shared
