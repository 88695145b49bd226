"""A messenger made of your keyboard: for trying by hand, for demos, for tests."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.channels import File, Outbound
from bot.errors import Refused, SendError


@dataclass(slots=True)
class Terminal:
    """Keeps what it was given to send; `trouble` makes it fail first."""

    name: str = "terminal"
    sent: list[Outbound] = field(default_factory=list)
    trouble: list[SendError] = field(default_factory=list)  #: raised, in order, before sending works
    files: dict[str, File] = field(default_factory=dict)  #: what people sent, by reference
    erased: list[tuple[str, list[str]]] = field(default_factory=list)

    async def send(self, message: Outbound) -> str:
        if self.trouble:
            raise self.trouble.pop(0)
        self.sent.append(message)
        return f"terminal-{message.reference or len(self.sent)}"

    async def acknowledge(self, callback: str) -> None:
        """A keyboard does not spin."""

    async def fetch(self, reference: str) -> File:
        if self.trouble:
            raise self.trouble.pop(0)
        if reference not in self.files:
            raise Refused("file-gone")
        return self.files[reference]

    async def erase(self, person: str, external_ids: list[str]) -> None:
        self.erased.append((person, external_ids))

    async def close(self) -> None:
        """Nothing is open."""
