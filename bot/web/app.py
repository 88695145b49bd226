"""The web application: its routes, the guards before them, and what every page is rendered with."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles

from bot.errors import NotAllowed
from bot.house import House
from bot.web import (
    account,
    auditing,
    chat,
    contact_changes,
    contacts,
    counselling,
    editing,
    editing_history,
    editing_list,
    editing_review,
    exchange,
    facts,
    figures,
    floor,
    handling,
    health,
    media,
    members,
    myself,
    noting,
    questions,
    queue,
    recording,
    replies,
    second_factor,
    signing_in,
    signing_in_elsewhere,
    taught,
    teams,
    texts,
    training,
    translating,
    unanswered,
    webhooks,
)
from bot.web.account import SignInFirst, sign_in_first
from bot.web.board import Boards
from bot.web.guards import Guards
from bot.web.live import Live
from bot.web.pages import not_found

STATIC = Path(__file__).parent / "static"


def application(house: House, live: Live) -> FastAPI:
    """The application over one house. `live` carries NOTIFY to open pages."""
    app = FastAPI(title="Homeward", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.house, app.state.live, app.state.boards, app.state.recent = house, live, Boards(), media.Recent()
    app.add_middleware(Guards)
    for part in (
        webhooks,
        chat,
        account,
        queue,
        counselling,
        handling,
        noting,
        facts,
        contacts,
        contact_changes,
        teams,
        floor,
        figures,
        media,
        texts,
        translating,
        replies,
        recording,
        exchange,
        editing_list,
        editing_review,
        editing,
        editing_history,
        unanswered,
        taught,
        questions,
        training,
        signing_in_elsewhere,
        signing_in,
        second_factor,
        myself,
        members,
        auditing,
        health,
    ):
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_api_route("/", _front, methods=["GET"], include_in_schema=False)
    app.add_api_route("/favicon.ico", _icon, methods=["GET"], include_in_schema=False)
    app.add_exception_handler(404, not_found)
    app.add_exception_handler(NotAllowed, not_found)
    app.add_exception_handler(SignInFirst, sign_in_first)
    return app


async def _front(_request: Request) -> Response:
    return RedirectResponse("/chat", status_code=303)


async def _icon(_request: Request) -> Response:
    """Browsers ask here when what they show is not one of our pages: a picture, a figure."""
    return FileResponse(STATIC / "icon.svg")
