"""Who is reminded of what, and when; the mails over a real server; and that nobody is reminded twice."""

import uuid
from datetime import date, timedelta

import procrastinate
import pytest
from pydantic import SecretStr
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.models import Contact, Fact
from bot.figures import today
from bot.house import House
from bot.jobs import drain, queue
from bot.mail import ServerRefused, ServerSilent
from bot.reminders import due, take_reminders, threshold
from bot.staff.models import Member, Role
from bot.web.pages import fragment
from bot.web.reminding import TryAgain, remind
from tests.mail_server import mail_server

DAY = date(2027, 5, 31)
#: today → the threshold that was passed last
THRESHOLDS = [
    (date(2027, 4, 30), None),
    (date(2027, 5, 1), date(2027, 5, 1)),
    (date(2027, 5, 23), date(2027, 5, 1)),
    (date(2027, 5, 24), date(2027, 5, 24)),
    (date(2027, 5, 30), date(2027, 5, 24)),
    (DAY, DAY),
    (date(2028, 1, 1), DAY),
]


@pytest.mark.parametrize(("day", "passed"), THRESHOLDS)
def test_a_month_a_week_and_on_the_day(day: date, passed: date | None) -> None:
    assert threshold(DAY, day) == passed
    assert threshold(None, day) is None


async def somebody(session: AsyncSession, role: Role, **about: object) -> Member:
    member = Member(email=f"{uuid.uuid4().hex}@example.org", role=role, **about)
    session.add(member)
    await session.flush()
    return member


async def fresh(session: AsyncSession) -> None:
    """Everything that the files hold is due in a year."""
    await session.execute(update(Fact).values(review_by=today() + timedelta(days=365)))
    await session.execute(update(Contact).values(review_by=today() + timedelta(days=365)))


async def fact(session: AsyncSession, name: str, days: int, owner: Member | None = None) -> Fact:
    found = Fact(id=name, says=f"What {name} says.", review_by=today() + timedelta(days=days), owner_id=owner.id if owner else None)
    session.add(found)
    await session.flush()
    return found


async def test_the_owner_is_told_and_nobody_else(session: AsyncSession) -> None:
    await fresh(session)
    owner, other, approver = [await somebody(session, role) for role in (Role.EDITOR, Role.EDITOR, Role.APPROVER)]
    await fact(session, "mine", 20, owner)
    await fact(session, "past", -3, owner)
    await fact(session, "later", 31, owner)
    await fact(session, "nobodys", 5)
    await session.execute(update(Contact).where(Contact.id == "xk_ura").values(review_by=today() - timedelta(days=1), owner_id=owner.id))
    assert [(one.id, one.withheld) for one in await due(session, owner)] == [("past", True), ("xk_ura", True), ("mine", False)]
    assert await due(session, other) == []
    assert [one.id for one in await due(session, approver)] == ["nobodys"]


async def test_the_console_says_what_is_due(session: AsyncSession) -> None:
    await fresh(session)
    owner = await somebody(session, Role.EDITOR)
    for number in range(22):
        await fact(session, f"mine_{number:02}", number - 1, owner)
    page = fragment("_due.html", due=await due(session, owner))
    assert page.count('href="/staff/facts/mine_') == 20
    assert page.count("Not said to people any more") == 1
    assert "2 more" in page
    assert "22</span>" in page
    assert fragment("_due.html", due=[]).strip() == ""


async def test_without_its_owner_a_fact_goes_to_the_approvers_and_without_those_to_the_admins(session: AsyncSession) -> None:
    await fresh(session)
    gone = await somebody(session, Role.EDITOR, disabled_at=func.now())
    admin = await somebody(session, Role.ADMIN)
    await fact(session, "orphan", 5, gone)
    assert [one.id for one in await due(session, admin)] == ["orphan"]
    approver = await somebody(session, Role.APPROVER)
    assert await due(session, admin) == []
    assert [one.id for one in await due(session, approver)] == ["orphan"]


async def test_nobody_is_reminded_twice_of_a_threshold(session: AsyncSession) -> None:
    await fresh(session)
    owner = await somebody(session, Role.EDITOR)
    found = await fact(session, "mine", 20, owner)
    assert {key: [row.id for row in rows] for key, rows in (await take_reminders(session)).items()} == {owner.id: ["mine"]}
    assert await take_reminders(session) == {}
    found.review_by = today() + timedelta(days=5)
    assert list(await take_reminders(session)) == [owner.id]
    assert await take_reminders(session) == {}
    found.review_by = today()
    assert list(await take_reminders(session)) == [owner.id]
    assert await take_reminders(session) == {}


async def test_one_mail_each_with_ids_and_links_alone(house: House) -> None:
    with mail_server() as box:
        house.settings = house.settings.model_copy(update={"mail_url": SecretStr(f"smtp://127.0.0.1:{box.port}"), "mail_from": "h@example.org"})
        async with house.sessions.begin() as session:
            await fresh(session)
            owner, approver = await somebody(session, Role.EDITOR, name="Zwetschge"), await somebody(session, Role.APPROVER)
            await fact(session, "mine", 3, owner)
            await fact(session, "mine_too", -3, owner)
            await session.execute(update(Contact).where(Contact.id == "xk_ura").values(review_by=today()))
        for _ in range(3):  # three mornings in one
            await remind.defer_async(timestamp=0)
            await drain({"house": house})
    mails = {str(mail["To"]): mail.get_content().replace("\r\n", "\n") for mail in box.mails}
    assert set(mails) == {owner.email, approver.email}
    assert len(box.mails) == 2
    base = f"http://{house.settings.host}:{house.settings.port}"
    assert f"{base}/staff/facts/mine\n" in mails[owner.email]
    assert f"{base}/staff/facts/mine_too\n" in mails[owner.email]
    assert f"{base}/staff/contacts/xk_ura\n" in mails[approver.email]
    assert [
        words for words in ("Zwetschge", "What mine says", "URA return", owner.email) if words in mails[owner.email] + mails[approver.email]
    ] == []


async def test_without_a_mail_server_nothing_is_noted(house: House) -> None:
    async with house.sessions.begin() as session:
        await fresh(session)
        await fact(session, "mine", 3, await somebody(session, Role.EDITOR))
    await remind.defer_async(timestamp=0)
    await drain({"house": house})
    async with house.sessions() as session:
        assert (await session.get_one(Fact, "mine")).reminded_for is None


async def test_a_silent_server_is_asked_again(house: House) -> None:
    house.settings = house.settings.model_copy(update={"mail_url": SecretStr("smtp://127.0.0.1:1"), "mail_from": "h@example.org"})
    async with house.sessions.begin() as session:
        await fresh(session)
        await fact(session, "mine", 3, await somebody(session, Role.EDITOR))
    await remind.defer_async(timestamp=0)
    for _ in range(2):
        await queue.run_worker_async(
            wait=False, install_signal_handlers=False, delete_jobs="successful", additional_context={"house": house}, listen_notify=False
        )
    [job] = [job for job in await queue.job_manager.list_jobs_async() if job.task_name == "remind_member"]
    assert (job.status, job.attempts) == ("todo", 1)
    assert set(job.task_kwargs) == {"member_id", "facts", "contacts"}


def test_what_a_server_refuses_is_given_up() -> None:
    job = procrastinate.jobs.Job(id=1, queue="q", lock=None, queueing_lock=None, task_name="remind_member", attempts=1)
    assert TryAgain().get_retry_decision(exception=ServerSilent(), job=job) is not None
    assert TryAgain().get_retry_decision(exception=ServerRefused(), job=job) is None
    assert TryAgain().get_retry_decision(exception=ValueError(), job=job) is None
