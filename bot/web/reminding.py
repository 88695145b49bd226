"""Owners are reminded by e-mail of what they are to look at again: one mail per member and day, ids and links alone."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import procrastinate

from bot.answers.models import Contact, Fact
from bot.house import House
from bot.i18n import gettext, reading
from bot.jobs import post, queue
from bot.log import logger
from bot.mail import MailError, send
from bot.reminders import Due, due, take_reminders
from bot.settings import Settings
from bot.staff.models import Member
from bot.web.pages import fragment

EVERY_DAY = "0 6 * * *"  #: in the morning, by UTC
TRIES = 12  #: with growing waits: a day in all


class TryAgain(procrastinate.BaseRetryStrategy):
    """A server that is silent is asked again; after a day the next reminder is near, and the console says it anyway."""

    def get_retry_decision(self, *, exception: BaseException, job: procrastinate.jobs.Job) -> procrastinate.RetryDecision | None:
        if not isinstance(exception, MailError):
            return None
        logger().warning("reminder_not_sent", member=job.task_kwargs.get("member_id"), attempt=job.attempts, error=exception)
        again = exception.retry and job.attempts < TRIES
        return procrastinate.RetryDecision(retry_in={"seconds": min(3 * 3600, 60 * 2**job.attempts)}) if again else None


@queue.periodic(cron=EVERY_DAY, periodic_id="remind")
@queue.task(name="remind", pass_context=True, queueing_lock="remind")
async def remind(context: procrastinate.JobContext, timestamp: int) -> None:  # noqa: ARG001  (procrastinate hands it to every periodic job)
    """Once a day. Without a mail server nothing is noted, so that the first reminders come when one is set up."""
    house: House = context.additional_context["house"]
    if not house.settings.mail_is_set:
        return
    async with house.sessions.begin() as session:
        for member_id, rows in (await take_reminders(session)).items():
            facts = [row.id for row in rows if isinstance(row, Fact)]
            contacts = [row.id for row in rows if isinstance(row, Contact)]
            await post(session, remind_member, member_id=str(member_id), facts=facts, contacts=contacts)


@queue.task(name="remind_member", pass_context=True, retry=TryAgain())
async def remind_member(context: procrastinate.JobContext, member_id: str, facts: list[str], contacts: list[str]) -> None:
    """One mail; none where everything was looked at meanwhile, or the member has left."""
    house: House = context.additional_context["house"]
    async with house.sessions() as session:
        member = await session.get(Member, uuid.UUID(member_id))
        named = {("fact", name) for name in facts} | {("contact", name) for name in contacts}
        left = [one for one in await due(session, member) if (one.kind, one.id) in named] if member and member.disabled_at is None else []
    if member and left:
        subject, text = written(house.settings, member, left)
        await send(house.settings, member.email, subject, text)
        logger().info("reminded", member=member_id, count=len(left))


def written(settings: Settings, member: Member, those: Sequence[Due]) -> tuple[str, str]:
    """Subject and text, in the member's language."""
    base = str(settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")
    text = fragment("reminder_mail.html", language=member.console_language, those=those, base=base)
    with reading(member.console_language):
        return gettext("Homeward: facts and contacts to check"), text.strip() + "\n"
