"""Where messengers post what people write: signature first, then one transaction, then 200 as a receipt."""

from __future__ import annotations

import hmac
import json
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse, Response

from bot.answering.receive import receive
from bot.channels.telegram import Telegram
from bot.channels.whatsapp import WhatsApp
from bot.conversation.deliver import note_receipt
from bot.log import logger
from bot.web.pages import house_of

router = APIRouter()

TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


@router.post("/telegram")
async def telegram(request: Request) -> Response:
    """One update of Telegram."""
    house = house_of(request)
    channel = house.channels.get("telegram")
    given = request.headers.get("x-telegram-bot-api-secret-token", "")
    if not isinstance(channel, Telegram):
        return PlainTextResponse("Telegram is not set up here.", 404)
    if not hmac.compare_digest(given.encode(), house.settings.telegram_webhook_secret.encode()):
        return PlainTextResponse("Wrong secret token.", 403)
    try:
        inbound = channel.read(json.loads(await request.body()))
    except (ValueError, RecursionError):
        logger().warning("unreadable_update", channel="telegram")
        return PlainTextResponse("Not an update.", 400)
    if inbound is not None:
        async with house.sessions.begin() as session:
            await receive(session, inbound)
    return Response()


class NotSigned(Exception):
    """The form does not carry Twilio's signature."""


async def signed_form(request: Request) -> dict[str, str]:
    """The form that Twilio posted; HTTP 403 for anybody else's."""
    from fastapi import HTTPException

    channel = house_of(request).channels.get("whatsapp")
    if not isinstance(channel, WhatsApp):
        raise HTTPException(404)
    try:
        form = {name: value for name, value in (await request.form()).multi_items() if isinstance(value, str)}
    except (ValueError, HTTPException) as error:
        raise HTTPException(400, "Not a form.") from error
    if not channel.signed(public_address(request), form, request.headers.get("x-twilio-signature", "")):
        raise HTTPException(403, "Wrong signature.")
    return form


def public_address(request: Request) -> str:
    """The address as Twilio knows it; it signs that one, whatever a proxy made of it."""
    base = house_of(request).settings.public_url
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{str(base).rstrip('/')}{request.url.path}{query}" if base else str(request.url)


SignedForm = Annotated[dict[str, str], Depends(signed_form)]


@router.post("/whatsapp")
async def whatsapp(request: Request, form: SignedForm) -> Response:
    """One message on WhatsApp."""
    house = house_of(request)
    channel = house.channels["whatsapp"]
    assert isinstance(channel, WhatsApp)
    try:
        inbound = channel.read(form)
    except ValueError:
        logger().warning("unreadable_update", channel="whatsapp")
        return PlainTextResponse("Not a message.", 400)
    if inbound is not None:
        async with house.sessions.begin() as session:
            await receive(session, inbound)
    return Response(TWIML, media_type="text/xml")


@router.post("/whatsapp/status")
async def whatsapp_status(request: Request, form: SignedForm) -> Response:
    """What became of a reply."""
    house = house_of(request)
    channel = house.channels["whatsapp"]
    assert isinstance(channel, WhatsApp)
    if receipt := channel.receipt(form):
        async with house.sessions.begin() as session:
            await note_receipt(session, "whatsapp", receipt)
    return Response(status_code=204)
