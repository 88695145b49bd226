"""The chat page as a channel: a reply is there for the page to show as soon as it is kept."""

from __future__ import annotations

from bot.channels import Outbound


class WebChat:
    """Server-sent events carry the replies; `deliver` notifies the page in the same transaction that marks them sent."""

    name = "webchat"

    async def send(self, message: Outbound) -> str:
        return message.reference

    async def acknowledge(self, callback: str) -> None:
        """Its buttons do not spin."""

    async def erase(self, person: str, external_ids: list[str]) -> None:
        """The page forgets by itself: its messages come from the store alone."""

    async def close(self) -> None:
        """Nothing is open."""
