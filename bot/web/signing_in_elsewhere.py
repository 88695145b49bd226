"""Signing in at the organisation's own service: away to it, and back from it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Cookie, Request
from fastapi.responses import RedirectResponse, Response

from bot.errors import NotAllowed, SignInRefused
from bot.staff import oidc
from bot.staff.audit import note_act
from bot.staff.second_factor import is_needed
from bot.web.account import SECOND_FACTOR, StaffCookie, is_secure, remember
from bot.web.pages import house_of, page, visitor_language
from bot.web.signing_in import let_in

router = APIRouter()

VISIT = "homeward_visit"
PATH = "/staff/sign-in/oidc"


def _back(request: Request) -> str:
    """Our address, as the service knows it."""
    ours = str(house_of(request).settings.public_url or request.base_url).rstrip("/")
    return f"{ours}{PATH}/callback"


def _refused(request: Request, code: str) -> Response:
    status = 503 if code == "unreachable" else 403
    answer = page(request, "sign_in_refused.html", language=visitor_language(request), status=status, why=code)
    answer.delete_cookie(VISIT, path=PATH)
    return answer


@router.get("/staff/sign-in/oidc")
async def away(request: Request) -> Response:
    settings = house_of(request).settings
    if not settings.oidc_is_set:
        raise NotAllowed
    try:
        to, visit = await oidc.depart(settings, _back(request))
    except SignInRefused as refused:
        return _refused(request, refused.code)
    answer = RedirectResponse(to, 303)
    # Lax: the service sends the browser back, and a strict cookie would not come along
    answer.set_cookie(VISIT, visit, max_age=oidc.VISIT_LIVES, httponly=True, samesite="lax", secure=is_secure(request), path=PATH)
    return answer


@router.get("/staff/sign-in/oidc/callback")
async def back(
    request: Request, code: str = "", state: str = "", visit: Annotated[str, Cookie(alias=VISIT)] = "", cookie: StaffCookie = None
) -> Response:
    """Somebody comes back: what the service says of them is checked, and they are let in or told why not."""
    house = house_of(request)
    if not house.settings.oidc_is_set:
        raise NotAllowed
    try:
        begun = oidc.returned(visit, state)
        if not code:
            raise SignInRefused("denied")  # noqa: TRY301  (one place turns every refusal into its page)
        found = await oidc.vouched(house.settings, _back(request), begun, code)
        async with house.sessions.begin() as session:
            member = await oidc.member_for(session, found)
            fresh = await let_in(session, member, cookie, how="oidc", second_factor=found.strong)
    except SignInRefused as refused:
        async with house.sessions.begin() as session:
            await note_act(session, None, "signin.failed", None, f"oidc {refused.code}")
        return _refused(request, refused.code)
    # A page, not a redirect: on a way that began at another site the browser would keep the new cookie back
    to = "/staff" if found.strong or not is_needed(member) else SECOND_FACTOR
    answer = page(request, "sign_in_onward.html", language=member.console_language, to=to)
    answer.delete_cookie(VISIT, path=PATH)
    return remember(answer, request, fresh)
