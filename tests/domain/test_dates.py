import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.dates import PartialDate


@pytest.mark.parametrize(
    ("text", "earliest", "precision"),
    [
        ("2023", dt.date(2023, 1, 1), "year"),
        ("2023-11", dt.date(2023, 11, 1), "month"),
        ("2023-11-27", dt.date(2023, 11, 27), "day"),
    ],
)
def test_a_date_may_be_partial(text, earliest, precision):
    date = PartialDate(text)
    assert (date, date.earliest, date.precision) == (text, earliest, precision)


@pytest.mark.parametrize(
    "text",
    ["", "23", "2023-1", "2023-13", "2023-02-30", "0000", "2023-11-27T00:00", "٢٠٢٣", "2023\n"],
)
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match=r"date|day"):
        PartialDate(text)


@given(st.dates(), st.dates())
def test_whole_days_order_as_days(one, other):
    first, second = PartialDate(one.isoformat()), PartialDate(other.isoformat())
    assert (first.earliest < second.earliest) == (one < other)
