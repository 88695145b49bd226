"""When counsellors are at work. Until hours are edited in the console they are always at work."""

from __future__ import annotations

from datetime import datetime


def opening(_at: datetime) -> datetime | None:
    """When counsellors read again; None while they are at work."""
    return None
