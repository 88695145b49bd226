"""The address at which a messenger fetches a file that we send: nobody can guess it, and it soon leads nowhere."""

from __future__ import annotations

import base64
import binascii
import hmac
import uuid
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.models import Attachment, Delivery, Message
from bot.db import now
from bot.sealing import keyring

LIVES = timedelta(hours=1)  #: after the messenger took the message; it fetches within seconds


def token_of(attachment_id: uuid.UUID) -> str:
    return base64.urlsafe_b64encode(attachment_id.bytes + _proof(attachment_id)).decode()


def _proof(attachment_id: uuid.UUID) -> bytes:
    return keyring().fingerprint("media", attachment_id.hex)


def attachment_named(token: str) -> uuid.UUID | None:
    """Which file the token stands for; None where we did not make it."""
    try:
        given = base64.urlsafe_b64decode(token.encode())
    except (binascii.Error, ValueError):
        return None
    if len(given) != 48:
        return None
    found = uuid.UUID(bytes=given[:16])
    return found if hmac.compare_digest(given[16:], _proof(found)) else None


async def shared(session: AsyncSession, token: str) -> tuple[Attachment, Message] | None:
    """The file and its message, as long as WhatsApp may still come for it."""
    attachment_id = attachment_named(token)
    if attachment_id is None:
        return None
    query = select(Attachment, Message).join(Message, Message.id == Attachment.message_id)
    row = (await session.execute(query.where(Attachment.id == attachment_id, Message.channel == "whatsapp"))).one_or_none()
    if row is None:
        return None
    attachment, message = row
    taken = message.delivery is Delivery.SENT and now() - (message.sent_at or message.created_at) < LIVES
    return (attachment, message) if taken or message.delivery is Delivery.QUEUED else None
