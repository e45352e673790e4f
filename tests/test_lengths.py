"""Lengths of time as they are written, in several languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.kinds.years.lengths import lengths

_UNITS = {"years": 1, "Yrs": 1, "yrs": 1, "months": 12, "Jahre": 1, "Monate": 12, "años": 1}


def _read(text: str) -> list[tuple[float, float]]:
    return [(found.figure.low, found.figure.high) for found in lengths(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from 2 Years - 5 Years", [(2, 5)]),
        ("6 months to 2 years", [(0.5, 2)]),
        ("between 1 year and 3 years", [(1, 3)]),
        ("1 an à 3 ans", [(1, 3)]),
        ("2 years 3 months", [(2.25, 2.25)]),
        ("1 Jahr und 6 Monate", [(1.5, 1.5)]),
        ("deux ans et demi", [(2.5, 2.5)]),
        ("rok a půl praxe", [(1.5, 1.5)]),
        ("två och ett halvt år", [(2.5, 2.5)]),
        ("2 years or 4 years", [(2, 2), (4, 4)]),
        ("2 years. 4 months later", [(2, 2), (0.33, 0.33)]),
    ],
)
def test_what_belongs_together_is_one_length(
    text: str, expected: list[tuple[float, float]]
) -> None:
    """Both ends of a range, years with their months and halves are one; alternatives are two."""
    assert expected == _read(text)


@given(
    st.integers(1, 14), st.integers(1, 14), st.sampled_from(list(_UNITS)),
    st.sampled_from(list(_UNITS)), st.sampled_from((" to ", " - ", "–", " bis ")),
)  # fmt: skip
def test_a_unit_after_each_end_does_not_part_a_range(
    low: int, high: int, first: str, second: str, join: str
) -> None:
    """Whatever the units, a range has both its ends if the first is the smaller one."""
    one, two = round(low / _UNITS[first], 2), round(high / _UNITS[second], 2)
    read = _read(f"{low} {first}{join}{high} {second}")
    assert ([(one, two)] if one < two else [(one, one), (two, two)]) == read
