"""What is kept for an answer, and when it is in use."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.media import AnswerMedia, Use, keep, kept, load_media, spoken_hash, still_right, use_of, withdraw
from bot.channels import Kind
from bot.staff.models import Member, Role

WORDS, CHANGED = "It is free. Call 112.", "It is free. Call 113."


def media(text: str = WORDS, kind: Kind = Kind.VOICE, country: str = "", **more: str) -> AnswerMedia:
    about = {"name": "privacy", "language": "en", "content_type": "audio/ogg", **more}
    return AnswerMedia(kind=kind.value, country=country, home="", text_hash=spoken_hash(text), content=b"OggS", **about)


async def test_the_picture_comes_before_the_recording_and_each_only_with_its_words(session: AsyncSession) -> None:
    voice, picture = media(), media(kind=Kind.PICTURE, content_type="image/png", alt="A house")
    await keep(session, voice)
    await keep(session, picture)
    found = await load_media(session)
    assert [piece.media_id for piece in found["privacy", "en", spoken_hash(WORDS)]] == [picture.id, voice.id]
    assert ("privacy", "en", spoken_hash(CHANGED)) not in found
    assert ("privacy", "de", spoken_hash(WORDS)) not in found


async def test_a_new_one_takes_the_place_of_the_one_before(session: AsyncSession) -> None:
    first, second, elsewhere = media(), media(CHANGED), media("There: 110.", country="DE")
    for one in (first, second, elsewhere):
        await keep(session, one)
    assert [row.id for row in await kept(session, "privacy", "en")] == [second.id, elsewhere.id]
    await withdraw(session, second)
    await session.flush()
    assert [row.id for row in await kept(session, "privacy")] == [elsewhere.id]
    assert list(await load_media(session)) == [("privacy", "en", spoken_hash("There: 110."))]


async def test_a_picture_may_be_still_right(session: AsyncSession) -> None:
    picture = media(kind=Kind.PICTURE)
    await keep(session, picture)
    assert use_of([picture], Kind.PICTURE, CHANGED, "", "") == (Use.CHANGED, picture)
    editor = Member(email=f"{uuid.uuid4().hex}@example.org", role=Role.EDITOR)
    session.add(editor)
    await session.flush()
    await still_right(session, picture, CHANGED, editor.id)
    assert use_of([picture], Kind.PICTURE, CHANGED, "", "") == (Use.USED, picture)
    assert use_of([picture], Kind.PICTURE, WORDS, "", "") == (Use.CHANGED, picture)


async def test_people_in_another_country_hear_it_where_they_read_the_same(session: AsyncSession) -> None:
    voice = media()
    await keep(session, voice)
    assert use_of([voice], Kind.VOICE, WORDS, "TR", "") == (Use.USED, voice)
    assert use_of([voice], Kind.VOICE, CHANGED, "TR", "") == (Use.NONE, None)
    assert use_of([voice], Kind.PICTURE, WORDS, "", "") == (Use.NONE, None)
