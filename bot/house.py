"""What a running process is made of, handed to routes and jobs."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.answers.library import Library, load
from bot.answers.text import RETURN
from bot.cases.calendars import load_calendars
from bot.cases.hours import Calendar
from bot.channels import Channel
from bot.conversation.journal import Journal
from bot.db import Sessions, standing_alone
from bot.i18n import SOURCE
from bot.settings import Settings
from nlu import INTENTS, Reader, Risk


@dataclass(slots=True)
class House:
    """One process: its settings, store, texts, understanding and channels."""

    settings: Settings
    sessions: Sessions
    url: str  #: of the database, as libpq reads it
    library: Library
    reader: Reader
    channels: dict[str, Channel] = field(default_factory=dict)
    journal: Journal | None = None
    calendars: tuple[Calendar, ...] = ()  #: when the teams are at work; none: always
    alone: Sessions = field(init=False)  #: sessions whose statements each stand alone: for reading, and for one write

    def __post_init__(self) -> None:
        self.alone = standing_alone(self.sessions)

    @property
    def by_country(self) -> frozenset[str]:
        """Intents whose answer says more to people in some countries."""
        return frozenset(intent for intent in INTENTS if any(not name.startswith(RETURN) for name in self.variants(intent)))

    @property
    def by_home(self) -> frozenset[str]:
        """Intents whose answer says more to people who go back to some countries."""
        return frozenset(intent for intent in INTENTS if any(name.startswith(RETURN) for name in self.variants(intent)))

    @property
    def followups(self) -> dict[str, tuple[str, ...]]:
        return {intent: answer.followups for (intent, language), answer in self.library.answers.items() if language == SOURCE}

    @property
    def urgent(self) -> frozenset[str]:
        return frozenset(name for name, intent in INTENTS.items() if intent.risk is Risk.URGENT)

    def variants(self, intent: str) -> frozenset[str]:
        """Countries for which an answer says more: «DE» for those there, «to IQ» for those who go back there."""
        answer = self.library.answers.get((intent, SOURCE))
        return frozenset(answer.variants) if answer else frozenset()

    async def reload(self, _payload: str = "") -> None:
        """Take over what editors have published; readers of the old snapshot keep it until they are done."""
        async with self.sessions() as session:
            self.library = await load(session)

    async def reload_hours(self, _payload: str = "") -> None:
        """Take over the working hours that a lead has changed."""
        async with self.sessions() as session:
            self.calendars = await load_calendars(session)
