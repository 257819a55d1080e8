"""The time of day, which services are given so that tests can have their own."""

import datetime as dt
from collections.abc import Callable

Clock = Callable[[], dt.datetime]
"""Gives the moment, with a time zone."""


def utc_now() -> dt.datetime:
    """The system's moment, in UTC."""
    return dt.datetime.now(dt.UTC)
