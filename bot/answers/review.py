"""Review dates: how far ahead they may lie, and what the next one is when somebody has just looked."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

MONTHS = 6  #: from one look to the next, unless somebody says otherwise
FURTHEST = timedelta(days=731)  #: two years
SOON = timedelta(days=30)  #: before a review date, from which on it is due


def next_review(day: date) -> date:
    """Half a year after a day; at the end of a shorter month its last day."""
    year, month = divmod(day.month - 1 + MONTHS, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def parsed_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def review_problem(day: date | None, today: date) -> str:
    """Why a day cannot be a review date; empty where it can."""
    if day is None:
        return "no-day"
    if day <= today:
        return "past"
    return "far" if day > today + FURTHEST else ""
