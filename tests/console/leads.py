"""What the tests of the leads' pages share: figures to look at, and colleagues who go on duty."""

from datetime import timedelta

from sqlalchemy import delete, update

from bot.db import notify, now
from bot.figures import Closing, FirstReply, Helped, Question, today
from bot.staff.models import Member
from tests.console.home import Home

TABLES = (Question, FirstReply, Closing, Helped)


def questions(
    count: int, language: str, intent: str = "return_money", action: str = "answer", channel: str = "telegram", ago: int = 0
) -> list[Question]:
    day = today() - timedelta(days=ago)
    return [Question(day=day, channel=channel, language=language, intent=intent, action=action) for _ in range(count)]


async def forget_figures(home: Home) -> None:
    async with home.house.sessions.begin() as session:
        for table in TABLES:
            await session.execute(delete(table))


async def count_some(home: Home) -> None:
    """Some of everything; three and seven of them must not be seen."""
    async with home.house.sessions.begin() as session:
        session.add_all(questions(40, "fr") + questions(30, "ru", "reentry", "clarify", "whatsapp", ago=3) + questions(20, "ru", ago=60))
        session.add_all(questions(3, "ckb", "wages_withheld", "handover") + questions(7, "de", "trafficking_info", "urgent"))
        session.add_all(FirstReply(language="fr", risk="urgent", seconds=seconds) for seconds in (60, 60, 90, 120, 7200))
        session.add_all(Closing(language="fr", intent="x", outcome="referred") for _ in range(9))
        session.add_all(Helped(language="fr", intent="x", helped=said) for said in [True] * 8 + [False] * 6)


async def speaks(home: Home, name: str, language: str) -> None:
    async with home.house.sessions.begin() as session:
        await session.execute(update(Member).where(Member.email == f"{name}@example.org").values(console_language=language))


async def goes(home: Home, name: str, *, on: bool, languages: tuple[str, ...] = ()) -> None:
    """On duty, or off."""
    async with home.house.sessions.begin() as session:
        values = {"on_duty_since": now() if on else None, "languages": list(languages)}
        await session.execute(update(Member).where(Member.email == f"{name}@example.org").values(**values))
        await notify(session, "cases")
