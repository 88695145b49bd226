"""Draft, review, published: by two people, now or at a time, and back; what becomes outdated, and what is never served so."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers import publishing
from bot.answers.drafts import Marks, draft_of, save, text_at, version_of, working_text
from bot.answers.files import publish
from bot.answers.library import load
from bot.answers.models import AnswerVersion, DraftState, TextDraft
from bot.answers.publishing import NotNow, approve, bring_in, findings, history, publish_due, roll_back, send_back, submit
from bot.answers.states import standings
from bot.answers.text import Key, Text
from bot.db import now
from bot.settings import Settings
from bot.staff.models import Member, Role
from tests.conftest import CONTENT

SETTINGS = Settings(content_dir=CONTENT)
NAME = "return_money"  #: an answer that is never served outdated
EN, DE, TR = (Key(kind="answer", name=NAME, language=language) for language in ("en", "de", "tr"))
Names = dict[str, uuid.UUID]


@pytest_asyncio.fixture
async def people(session: AsyncSession) -> Names:
    found = {name: Member(email=f"{name}-{uuid.uuid4().hex}@example.org", role=Role.APPROVER) for name in ("anna", "ben", "cem")}
    session.add_all(found.values())
    await session.flush()
    return {name: member.id for name, member in found.items()}


@pytest_asyncio.fixture
async def source(session: AsyncSession) -> Text:
    """An English text with two translations made from it."""
    text = Text(kind="answer", name=NAME, language="en", title="Money", text="You may get help.\n\nAsk us.", review_by=date(2030, 1, 1))
    await _publish(session, text)
    for key, title, words in ((DE, "Geld", "Es kann Hilfe geben.\n\nFragen Sie uns."), (TR, "Para", "Yardım olabilir.\n\nBize sorun.")):
        await _publish(session, Text(kind="answer", name=NAME, language=key.language, title=title, text=words, made_from=text.meaning))
    return text


async def _publish(session: AsyncSession, text: Text) -> AnswerVersion:
    before = await version_of(session, text.key)
    return await publish(session, text, before.number + 1 if before else 1, origin="desk")


@pytest.fixture
def writes(session: AsyncSession) -> Callable[..., Awaitable[int]]:
    """Somebody changes a text and hands it in; the revision."""

    async def write(key: Key, by: uuid.UUID, marks: Marks | None = None, **change: object) -> int:
        text, opened, _ = await working_text(session, key)
        done = await save(session, key, replace(text, **change), opened, marks or Marks(), by)
        await submit(session, SETTINGS, key, done.revision)
        return done.revision

    return write


async def outdated(session: AsyncSession) -> dict[str, bool]:
    found = (await standings(session, ("de", "tr")))[NAME]
    return {language: one.outdated for language, one in found.items()}


async def _due(session: AsyncSession, key: Key) -> TextDraft:
    """The draft, whose time has come."""
    draft = await draft_of(session, key)
    assert draft is not None
    draft.publish_at = now() - timedelta(seconds=1)
    await session.flush()
    return draft


async def _leads(_: Key) -> bool:
    """Every test question leads where it should."""
    return False


async def test_two_people_publish(session: AsyncSession, people: Names, source: Text, writes: Callable[..., Awaitable[int]]) -> None:
    revision = await writes(EN, people["anna"], text="You may get more help.\n\nAsk us.")
    with pytest.raises(NotNow) as stopped:
        await approve(session, SETTINGS, EN, revision, people["anna"])
    assert stopped.value.code == "own-work"
    version = await approve(session, SETTINGS, EN, revision, people["ben"])
    assert version is not None
    assert (version.published, version.author_id, version.approver_id) == (True, people["anna"], people["ben"])
    assert await draft_of(session, EN) is None
    assert sum(one.published for one in await history(session, EN)) == 1
    assert await outdated(session) == {"de": True, "tr": True}


async def test_whoever_wrote_any_of_it_cannot_approve(
    session: AsyncSession, people: Names, source: Text, writes: Callable[..., Awaitable[int]]
) -> None:
    """Not even who wrote first and was followed by somebody else, nor after it was given back."""
    first = await writes(EN, people["anna"], text="One.\n\nAsk us.")
    await send_back(session, EN, first)
    second = await writes(EN, people["ben"], text="Two.\n\nAsk us.")
    for name in ("anna", "ben"):
        with pytest.raises(NotNow) as stopped:
            await approve(session, SETTINGS, EN, second, people[name])
        assert stopped.value.code == "own-work"
    assert await approve(session, SETTINGS, EN, second, people["cem"])


async def test_what_was_not_shown_is_not_approved(session: AsyncSession, people: Names, source: Text, writes: Callable[..., Awaitable[int]]) -> None:
    first = await writes(EN, people["anna"], text="One.\n\nAsk us.")
    await writes(EN, people["anna"], text="Two.\n\nAsk us.")
    with pytest.raises(NotNow) as stopped:
        await approve(session, SETTINGS, EN, first, people["ben"])
    assert stopped.value.code == "changed"


async def test_what_is_not_handed_in_is_not_approved(session: AsyncSession, people: Names, source: Text) -> None:
    text, opened, _ = await working_text(session, EN)
    done = await save(session, EN, replace(text, text="One."), opened, Marks(), people["anna"])
    with pytest.raises(NotNow) as stopped:
        await approve(session, SETTINGS, EN, done.revision, people["ben"])
    assert stopped.value.code == "changed"


async def test_what_must_be_mended_is_kept_but_not_handed_in(session: AsyncSession, people: Names, source: Text) -> None:
    text, opened, _ = await working_text(session, EN)
    done = await save(session, EN, replace(text, title="A title that no button can take"), opened, Marks(), people["anna"])
    with pytest.raises(NotNow) as stopped:
        await submit(session, SETTINGS, EN, done.revision)
    assert stopped.value.code == "problems"
    draft = await draft_of(session, EN)
    assert draft is not None
    assert "no button can take" in draft.document


async def test_the_meaning_unchanged_translations_stay_valid(
    session: AsyncSession, people: Names, source: Text, writes: Callable[..., Awaitable[int]]
) -> None:
    for words in ("You might get help.\n\nAsk us.", "You might get some help.\n\nAsk us."):
        text, _, _ = await working_text(session, EN)
        found = await findings(session, SETTINGS, replace(text, text=words), same_meaning=True)
        assert list(found.outdated) == []
        revision = await writes(EN, people["anna"], Marks(same_meaning=True), text=words)
        await approve(session, SETTINGS, EN, revision, people["ben"], reason="only the wording")
        assert await outdated(session) == {"de": False, "tr": False}
    assert (await load(session)).answers[NAME, "en"].meaning == source.meaning


async def test_a_translation_that_follows_is_current_again(
    session: AsyncSession, people: Names, source: Text, writes: Callable[..., Awaitable[int]]
) -> None:
    await approve(session, SETTINGS, EN, await writes(EN, people["anna"], text="You get help.\n\nAsk us."), people["ben"])
    present = await text_at(session, EN)
    assert present is not None
    marks = Marks(made_from=present.meaning, reviewed=True)
    await approve(session, SETTINGS, DE, await writes(DE, people["cem"], marks, text="Sie bekommen Hilfe.\n\nFragen Sie uns."), people["ben"])
    assert await outdated(session) == {"de": False, "tr": True}
    found = (await standings(session, ("de", "tr")))[NAME]
    assert (found["de"].machine, found["tr"].machine) == (False, True)


async def test_rolling_back_makes_translations_current_again(
    session: AsyncSession, people: Names, source: Text, writes: Callable[..., Awaitable[int]]
) -> None:
    before = await version_of(session, EN)
    assert before is not None
    await approve(session, SETTINGS, EN, await writes(EN, people["anna"], text="Wrong.\n\nAsk us."), people["ben"])
    assert await outdated(session) == {"de": True, "tr": True}
    version = await roll_back(session, EN, before.number, people["cem"])
    assert (version.number, version.text, version.approver_id) == (before.number + 2, source.text, people["cem"])
    assert str(before.number) in version.note
    assert await outdated(session) == {"de": False, "tr": False}
    with pytest.raises(NotNow):
        await roll_back(session, EN, version.number, people["cem"])
    with pytest.raises(NotNow):
        await roll_back(session, EN, 9_999, people["cem"])


async def test_a_draft_that_was_overtaken_takes_nothing_back(
    session: AsyncSession, people: Names, source: Text, writes: Callable[..., Awaitable[int]]
) -> None:
    """An earlier version is published again while somebody writes: their draft would say once more what was taken back."""
    before = await version_of(session, EN)
    assert before is not None
    await approve(session, SETTINGS, EN, await writes(EN, people["anna"], text="Wrong help.\n\nAsk us."), people["ben"])
    revision = await writes(EN, people["anna"], text="Wrong help.\n\nAsk us, day and night.")
    assert await approve(session, SETTINGS, EN, revision, people["ben"], at=now() + timedelta(hours=1)) is None
    back = await roll_back(session, EN, before.number, people["cem"])
    assert await _told(approve(session, SETTINGS, EN, revision, people["ben"])) == "overtaken"
    draft = await _due(session, EN)
    assert await publish_due(session, SETTINGS, _leads) == []
    assert (draft.state, draft.problem) == (DraftState.IN_REVIEW, "overtaken")

    # Saving it once more is not to have looked; bringing it in is, and whoever wrote before may still not approve.
    text, opened, _ = await working_text(session, EN)
    revision = (await save(session, EN, replace(text, title="Help"), opened, Marks(), people["anna"])).revision
    assert await _told(submit(session, SETTINGS, EN, revision)) == "overtaken"
    assert await bring_in(session, EN, revision, people["cem"])
    draft = await draft_of(session, EN)
    assert draft is not None
    await submit(session, SETTINGS, EN, draft.revision)
    for writer in ("anna", "cem"):
        assert await _told(approve(session, SETTINGS, EN, draft.revision, people[writer])) == "own-work"
    version = await approve(session, SETTINGS, EN, draft.revision, people["ben"])
    assert version is not None
    assert (version.number, version.title, version.text) == (back.number + 1, "Help", "You may get help.\n\nAsk us, day and night.")


async def test_where_both_changed_the_same_lines_the_editor_says_what_stays(
    session: AsyncSession, people: Names, source: Text, writes: Callable[..., Awaitable[int]]
) -> None:
    revision = await writes(EN, people["anna"], text="You get help.\n\nAsk us.")
    await _publish(session, replace(source, text="You may get less.\n\nAsk us."))  # from a file
    assert not await bring_in(session, EN, revision, people["anna"])
    draft, version = await draft_of(session, EN), await version_of(session, EN)
    assert draft is not None
    assert version is not None
    assert draft.revision == revision
    text, opened, _ = await working_text(session, EN)
    assert text.text == "You get help.\n\nAsk us."
    revision = (await save(session, EN, text, opened, Marks(worked_in=version.number), people["anna"])).revision
    await submit(session, SETTINGS, EN, revision)
    await approve(session, SETTINGS, EN, revision, people["ben"])


async def _told(step: Awaitable[object]) -> str:
    """Why a step was not taken."""
    with pytest.raises(NotNow) as stopped:
        await step
    return stopped.value.code


async def test_money_is_never_served_outdated(session: AsyncSession, people: Names, source: Text, writes: Callable[..., Awaitable[int]]) -> None:
    assert (await load(session)).answer(NAME, "tr").language == "tr"  # type: ignore[union-attr]
    await approve(session, SETTINGS, EN, await writes(EN, people["anna"], text="Less help.\n\nAsk us."), people["ben"])
    found = (await load(session)).answer(NAME, "tr")
    assert found is not None
    assert found.language == "en"
    assert found.text.startswith("Less help")


async def test_danger_is_never_served_outdated_and_other_answers_are(session: AsyncSession) -> None:
    for name, kept in (("immediate_danger", False), ("complaint", True)):
        text = await text_at(session, Key(kind="answer", name=name, language="en"))
        german = await text_at(session, Key(kind="answer", name=name, language="de"))
        assert text is not None
        assert german is not None
        await _publish(session, replace(german, made_from=text.meaning))
        assert (await load(session)).answer(name, "de").language == "de"  # type: ignore[union-attr]
        await _publish(session, replace(text, text=f"{text.text}\n\nMore."))
        found = (await load(session)).answer(name, "de")
        assert found is not None
        assert (found.language == "de") is kept


async def test_at_its_time_and_not_before(session: AsyncSession, people: Names, source: Text, writes: Callable[..., Awaitable[int]]) -> None:
    revision = await writes(EN, people["anna"], text="Later.\n\nAsk us.")
    assert await approve(session, SETTINGS, EN, revision, people["ben"], at=now() + timedelta(hours=1)) is None
    draft = await draft_of(session, EN)
    assert draft is not None
    assert draft.state is DraftState.SCHEDULED
    assert [one for one in await publish_due(session, SETTINGS, _leads) if one.name == NAME] == []
    draft.publish_at = now() - timedelta(seconds=1)
    await session.flush()
    version, *_ = await publish_due(session, SETTINGS, _leads)
    assert (version.text, version.author_id, version.approver_id) == ("Later.\n\nAsk us.", people["anna"], people["ben"])
    assert await publish_due(session, SETTINGS, _leads) == []


async def test_at_its_time_the_test_questions_are_asked_again(
    session: AsyncSession, people: Names, source: Text, writes: Callable[..., Awaitable[int]]
) -> None:
    """A question was added, or a model went live, after the text was approved."""

    async def leads_astray(key: Key) -> bool:
        return key == EN

    revision = await writes(EN, people["anna"], text="Later.\n\nAsk us.")
    await approve(session, SETTINGS, EN, revision, people["ben"], at=now() + timedelta(hours=1))
    draft = await _due(session, EN)
    assert await publish_due(session, SETTINGS, leads_astray) == []
    assert (draft.state, draft.problem, draft.approved_by) == (DraftState.IN_REVIEW, "questions", None)
    draft.state, draft.reason, draft.publish_at = DraftState.SCHEDULED, "the question is to be moved", now()
    draft.approved_by = people["ben"]
    await session.flush()
    assert [version.name for version in await publish_due(session, SETTINGS, leads_astray)] == [NAME]


async def test_what_is_no_longer_right_at_its_time_goes_back_with_the_reason(
    session: AsyncSession, people: Names, source: Text, writes: Callable[..., Awaitable[int]]
) -> None:
    """A variant was added to the English text after the translation was approved."""
    marks = Marks(made_from=source.meaning)
    revision = await writes(DE, people["anna"], marks, text="Bald.\n\nFragen Sie uns.")
    await approve(session, SETTINGS, DE, revision, people["ben"], at=now() + timedelta(hours=1))
    await _publish(session, replace(source, variants={"GR": "In Greece, ask IOM."}))
    draft = await _due(session, DE)
    assert await publish_due(session, SETTINGS, _leads) == []
    assert (draft.state, draft.problem, draft.approved_by) == (DraftState.IN_REVIEW, "differences", None)


async def test_a_difference_between_languages_needs_a_reason(
    session: AsyncSession, people: Names, source: Text, writes: Callable[..., Awaitable[int]]
) -> None:
    """With whatever compares the languages: what it finds stops, until somebody says why it is right."""
    revision = await writes(EN, people["anna"], Marks(same_meaning=True), text="You may not get help.\n\nAsk us.")
    draft = await draft_of(session, EN)
    assert draft is not None
    found = publishing.Findings(differences=[publishing.Difference(language="de", section="", kind="negation")])
    with pytest.raises(NotNow) as stopped:
        publishing._stopped(found, draft)
    assert stopped.value.code == "differences"
    version = await approve(session, SETTINGS, EN, revision, people["ben"], reason="it was wrong before")
    assert version is not None
    assert version.note == "it was wrong before"
