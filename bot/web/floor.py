"""The lead's page of the floor: live, as the queue is."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.cases.floor import floor
from bot.web.account import Signed
from bot.web.pages import house_of, staff_page

router = APIRouter()


@router.get("/staff/floor")
async def show(request: Request, member: Signed) -> Response:
    """Who is on duty and what waits."""
    house = house_of(request)
    async with house.sessions() as session:
        found = await floor(session)
    return staff_page(request, member, "floor.html", floor=found, title=house.library.title)
