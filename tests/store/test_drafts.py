"""Two editors on the same text: whatever either writes is kept, in the draft or beside it."""

import uuid
from dataclasses import replace

import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.drafts import Marks, Opened, discard, draft_of, save, saves_of, version_of, working_text, writers
from bot.answers.files import publish
from bot.answers.models import DraftState, TextDraft, TextSave
from bot.answers.text import Key, Text, parsed
from bot.staff.models import Member, Role

KEY = Key(kind="answer", name="complaint", language="en")
LINES = "First line.\n\nSecond line.\n\nThird line."


@pytest_asyncio.fixture
async def editors(session: AsyncSession) -> list[uuid.UUID]:
    """Anna and Ben."""
    found = [Member(email=f"{uuid.uuid4().hex}@example.org", role=Role.EDITOR) for _ in range(2)]
    session.add_all(found)
    await session.flush()
    return [one.id for one in found]


@pytest_asyncio.fixture
async def text(session: AsyncSession) -> Text:
    """What is published when both open their forms."""
    found = Text(kind="answer", name=KEY.name, language="en", title="A title", text=LINES, variants={"DE": "In Germany."})
    current = await version_of(session, KEY)
    await publish(session, found, current.number + 1 if current else 1, origin="desk")
    return found


async def opened(session: AsyncSession) -> Opened:
    return (await working_text(session, KEY))[1]


async def draft_text(session: AsyncSession) -> Text:
    draft = await draft_of(session, KEY)
    assert draft is not None
    return parsed(KEY, draft.document)


async def test_what_is_published_stays_while_a_draft_is_written(session: AsyncSession, editors: list[uuid.UUID], text: Text) -> None:
    before = await version_of(session, KEY)
    done = await save(session, KEY, replace(text, text="Another."), await opened(session), Marks(), editors[0])
    assert (done.merged, done.conflict) == (False, False)
    after = await version_of(session, KEY)
    assert before is not None
    assert after is not None
    assert (after.number, after.text) == (before.number, LINES)
    draft = await draft_of(session, KEY)
    assert draft is not None
    assert (draft.state, draft.base_number, draft.created_by) == (DraftState.DRAFT, before.number, editors[0])


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ({"text": LINES.replace("First", "My first")}, {"text": LINES.replace("Third", "Their third")}),
        ({"title": "My title"}, {"text": LINES.replace("Third", "Their third")}),
        ({"variants": {"DE": "In Germany, mine."}}, {"title": "Their title"}),
        ({"variants": {"DE": "In Germany.", "GR": "In Greece, mine."}}, {"text": LINES.replace("First", "Their first")}),
    ],
)
async def test_two_who_change_different_lines_both_get_their_way(
    session: AsyncSession, editors: list[uuid.UUID], text: Text, mine: dict, theirs: dict
) -> None:
    shown = await opened(session)
    await save(session, KEY, replace(text, **theirs), shown, Marks(), editors[0])
    done = await save(session, KEY, replace(text, **mine), shown, Marks(), editors[1])
    assert done.merged
    found = await draft_text(session)
    for change in (mine, theirs):
        for name, value in change.items():
            if name != "text":
                assert getattr(found, name) == value
    for change in (mine, theirs):
        if "text" in change:
            assert all(line in found.text for line in change["text"].split("\n\n") if line not in LINES)


async def test_two_who_change_the_same_line_lose_nothing(session: AsyncSession, editors: list[uuid.UUID], text: Text) -> None:
    anna, ben = editors
    shown = await opened(session)
    await save(session, KEY, replace(text, text=LINES.replace("Second", "Anna's second")), shown, Marks(), anna)
    mine = replace(text, text=LINES.replace("Second", "Ben's second"))
    done = await save(session, KEY, mine, shown, Marks(), ben)
    assert done.conflict
    assert "Anna's second" in (await draft_text(session)).text
    kept = (await saves_of(session, KEY))[0]
    assert (kept.revision, kept.set_aside, kept.member_id) == (done.revision, True, ben)
    assert "Ben's second" in kept.document
    # Ben has seen hers; his next save goes on top
    again = await save(session, KEY, mine, await opened(session), Marks(), ben)
    assert (again.merged, again.conflict) == (False, False)
    assert "Ben's second" in (await draft_text(session)).text


async def test_who_wrote_beside_the_draft_has_not_written_in_it(session: AsyncSession, editors: list[uuid.UUID], text: Text) -> None:
    anna, ben = editors
    shown = await opened(session)
    await save(session, KEY, replace(text, text="Anna's."), shown, Marks(), anna)
    await save(session, KEY, replace(text, text="Ben's."), shown, Marks(), ben)
    draft = await draft_of(session, KEY)
    assert draft is not None
    assert await writers(session, KEY, draft) == {anna}


async def test_what_was_published_meanwhile_is_mixed_in(session: AsyncSession, editors: list[uuid.UUID], text: Text) -> None:
    shown = await opened(session)
    await publish(session, replace(text, text=LINES.replace("Third", "Newer third")), shown.number + 1, origin="desk")
    done = await save(session, KEY, replace(text, text=LINES.replace("First", "My first")), shown, Marks(), editors[0])
    assert done.merged
    found = await draft_text(session)
    assert "My first" in found.text
    assert "Newer third" in found.text


async def test_saving_takes_a_draft_out_of_review(session: AsyncSession, editors: list[uuid.UUID], text: Text) -> None:
    await save(session, KEY, replace(text, text="One."), await opened(session), Marks(), editors[0])
    draft = await draft_of(session, KEY)
    assert draft is not None
    draft.state, draft.approved_by = DraftState.SCHEDULED, editors[1]
    await save(session, KEY, replace(text, text="Two."), await opened(session), Marks(), editors[0])
    assert (draft.state, draft.approved_by, draft.publish_at) == (DraftState.DRAFT, None, None)


async def test_a_draft_that_is_thrown_away_can_be_taken_up_again(session: AsyncSession, editors: list[uuid.UUID], text: Text) -> None:
    await save(session, KEY, replace(text, text="Worth keeping."), await opened(session), Marks(), editors[0])
    assert await discard(session, KEY)
    assert not await discard(session, KEY)
    assert await session.scalar(select(TextDraft).filter_by(kind="answer", name=KEY.name, language="en")) is None
    kept = await session.scalar(select(TextSave).filter_by(kind="answer", name=KEY.name, language="en"))
    assert kept is not None
    await save(session, KEY, parsed(KEY, kept.document), await opened(session), Marks(), editors[1])
    assert (await draft_text(session)).text == "Worth keeping."


async def test_a_new_translation_by_two_at_once(session: AsyncSession, editors: list[uuid.UUID]) -> None:
    """Nothing was there when both began."""
    key = Key(kind="answer", name="no_such_topic_yet", language="uz")
    text = Text(kind="answer", name=key.name, language="uz", title="Sarlavha", text="Birinchi.")
    await save(session, key, text, Opened(), Marks(), editors[0])
    done = await save(session, key, replace(text, text="Ikkinchi."), Opened(), Marks(), editors[1])
    assert done.conflict
    assert [("Ikkinchi" in one.document, one.set_aside) for one in await saves_of(session, key)] == [(True, True), (False, False)]
