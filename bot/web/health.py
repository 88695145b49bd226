"""For operators: alive, ready, figures."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.web.pages import house_of

router = APIRouter()

_QUEUE = text("select status::text, count(*) from procrastinate_jobs group by status")
_CASES = text("select state, risk, count(*) from case_file group by state, risk")


@router.get("/healthz")
async def healthz() -> Response:
    """This process answers."""
    return PlainTextResponse("ok")


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """This process can do its work: the store answers, texts and understanding are loaded."""
    house = house_of(request)
    checks = {"store": True, "texts": bool(house.library.answers), "understanding": house.reader is not None}
    try:
        async with house.sessions() as session:
            await session.execute(text("select 1 from conversation limit 1"))
    except (SQLAlchemyError, OSError):
        checks["store"] = False
    return JSONResponse(checks, 200 if all(checks.values()) else 503)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Prometheus text. Counts and durations alone."""
    lines = [generate_latest().decode()]
    async with house_of(request).sessions() as session:
        lines.append("# TYPE homeward_jobs gauge")
        lines += [f'homeward_jobs{{status="{status}"}} {count}' for status, count in await session.execute(_QUEUE)]
        lines.append("# TYPE homeward_cases gauge")
        lines += [f'homeward_cases{{state="{state}",risk="{risk}"}} {count}' for state, risk, count in await session.execute(_CASES)]
    return Response("\n".join(lines) + "\n", media_type=CONTENT_TYPE_LATEST)
