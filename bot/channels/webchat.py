"""The chat page as a channel: a reply is there for the page to show as soon as it is kept."""

from __future__ import annotations

from bot.channels import File, Outbound
from bot.errors import Refused


class WebChat:
    """Server-sent events carry the replies; `deliver` notifies the page in the same transaction that marks them sent."""

    name = "webchat"

    async def send(self, message: Outbound) -> str:
        return message.reference

    async def acknowledge(self, callback: str) -> None:
        """Its buttons do not spin."""

    async def fetch(self, reference: str) -> File:  # noqa: ARG002  (the port's signature)
        """The page sends text alone."""
        raise Refused("file-gone")

    async def erase(self, person: str, external_ids: list[str]) -> None:
        """The page forgets by itself: its messages come from the store alone."""

    async def close(self) -> None:
        """Nothing is open."""
