"""The contents we keep at Twilio: generic ones that carry any choices within the window, and approved ones that reopen it."""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import Any

from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from bot.channels import Outbound

CONTENT = "https://content.twilio.com/v1/Content"
APPROVED, UNSUBMITTED = "approved", "unsubmitted"
#: WhatsApp names languages of templates by a list of its own, which has no Tajik and no Sorani: those texts go under a neighbour's name.
NAMED = {"ps": "ps_AF", "tg": "ru", "ckb": "ar"}


class Contents:
    """Ids of contents by our names for them: found at Twilio or made there, once for each process."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[str, str] = {}
        self._approved: set[str] = set()
        self._making = asyncio.Lock()

    def forget(self) -> None:
        """Somebody has removed one at Twilio: all are looked up again."""
        self._known = {}
        self._approved = set()

    async def choices(self, kind: str, count: int) -> str:
        """The content for so many choices, of whatever words."""
        return await self._named(f"homeward-{kind}-{count}-v1", {"language": "en", **content_of(kind, count)})

    async def template(self, message: Outbound) -> tuple[str, str]:
        """The content that carries this text word for word, and whether WhatsApp has approved it; submitted where it was not."""
        name = template_name(message)
        sid = await self._named(name, {"language": NAMED.get(message.language, message.language), **template_of(message)})
        if sid in self._approved:
            return sid, APPROVED
        state = await self._state(sid)
        if state == UNSUBMITTED:
            state = await self._submit(sid, name)
        if state == APPROVED:
            self._approved.add(sid)
        return sid, state

    async def _named(self, name: str, content: dict[str, Any]) -> str:
        async with self._making:
            if not self._known:
                self._known = await self._all()
            if name not in self._known:
                made = await self._call("POST", CONTENT, {"friendly_name": name, **content})
                self._known[name] = made["sid"]
        return self._known[name]

    async def _all(self) -> dict[str, str]:
        known: dict[str, str] = {}
        url: str | None = f"{CONTENT}?PageSize=100"
        while url:
            found = await self._call("GET", url)
            known |= {content["friendly_name"]: content["sid"] for content in found.get("contents", ()) if content.get("friendly_name")}
            url = (found.get("meta") or {}).get("next_page_url")
        return known

    async def _state(self, sid: str) -> str:
        """What WhatsApp says of the content: approved, pending, rejected …"""
        try:
            found = await self._call("GET", f"{CONTENT}/{sid}/ApprovalRequests")
        except TwilioRestException as error:
            if error.status != 404:
                raise
            return UNSUBMITTED
        return str((found.get("whatsapp") or {}).get("status") or UNSUBMITTED)

    async def _submit(self, sid: str, name: str) -> str:
        asked = {"name": name.replace("-", "_"), "category": "UTILITY"}
        return str((await self._call("POST", f"{CONTENT}/{sid}/ApprovalRequests/whatsapp", asked)).get("status") or "received")

    async def _call(self, method: str, url: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        response = await self._client.request_async(method, url, data=data, headers=headers)
        if response.status_code >= 300:
            raise TwilioRestException(response.status_code, url, code=json.loads(response.text).get("code") if response.text[:1] == "{" else None)
        result: dict[str, Any] = json.loads(response.text)
        return result


def content_of(kind: str, count: int) -> dict[str, Any]:
    """A content whose every word is a variable, so that one serves all languages (twilio/quick-reply, twilio/list-picker)."""
    if kind == "quick":
        actions = [{"type": "QUICK_REPLY", "title": f"{{{{{2 * n}}}}}", "id": f"{{{{{2 * n + 1}}}}}"} for n in range(1, count + 1)]
        types: dict[str, Any] = {"twilio/quick-reply": {"body": "{{1}}", "actions": actions}}
        total = 1 + 2 * count
    else:
        items = [{"item": f"{{{{{2 * n + 1}}}}}", "id": f"{{{{{2 * n + 2}}}}}"} for n in range(1, count + 1)]
        types = {"twilio/list-picker": {"body": "{{1}}", "button": "{{2}}", "items": items}}
        total = 2 + 2 * count
    return {"types": types, "variables": {str(n): f"sample {n}" for n in range(1, total + 1)}}


def template_of(message: Outbound) -> dict[str, Any]:
    """A content without variables: what WhatsApp approves is what the person reads."""
    actions = [{"type": "QUICK_REPLY", "title": choice.label, "id": choice.id} for choice in message.choices]
    return {"types": {"twilio/quick-reply": {"body": message.text, "actions": actions}}}


def template_name(message: Outbound) -> str:
    """A new wording is a new content, because an approved one cannot be changed."""
    words = "\0".join((message.text, *(choice.label for choice in message.choices)))
    return f"homeward-{message.template}-{message.language}-v1-{hashlib.sha256(words.encode()).hexdigest()[:8]}"
