"""Who is at work and how much they carry."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.models import Case
from bot.db import now
from bot.staff.models import Member


async def heavy_cases(session: AsyncSession, member: Member) -> int:
    """Urgent and sensitive cases that a member took in this shift."""
    since = member.on_duty_since or now() - timedelta(hours=8)
    query = select(func.count()).select_from(Case).where(Case.taken_by == member.id, Case.taken_at >= since, Case.risk != "normal")
    return await session.scalar(query) or 0
