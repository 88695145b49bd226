"""Pages and roles: every line of the table of rights, over real HTTP, for every role and for nobody."""

import re
import uuid
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import delete, select

from bot.answering.receive import receive
from bot.answers.contact_history import ContactChange, present
from bot.answers.contacts import propose
from bot.answers.media import AnswerMedia, keep
from bot.answers.models import Contact, Fact
from bot.cases.models import Case
from bot.channels import Inbound, Kind
from bot.conversation.models import Attachment, Message
from bot.db import now
from bot.figures import today
from bot.staff.models import Member, Role, Team
from bot.staff.rights import BY_THEMSELVES, OPEN, RIGHTS
from bot.staff.second_factor import NEEDED
from bot.teaching.models import MissingTopic, Model, ModelState, Sentence, TestQuestion
from bot.web.app import application
from bot.web.live import Live
from tests.console.home import Home
from tests.messengers import until

pytestmark = pytest.mark.asyncio(loop_scope="package")

EVERYBODY = [None, *Role]
NOWHERE = uuid.UUID(int=0)
LET_IN = {200, 303}


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def clients(home: Home) -> AsyncIterator[dict[Role | None, httpx.AsyncClient]]:
    """One client for each role, signed in, and one for nobody."""
    async with AsyncExitStack() as stack:
        found = {}
        for role in EVERYBODY:
            cookie = await home.cookie(role, f"rights-{role}") if role else ""
            found[role] = await stack.enter_async_context(home.client(cookie))
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def colleague(home: Home) -> uuid.UUID:
    """A member to whom things are done; another admin, so that whoever does them is not the last."""
    await home.cookie(Role.ADMIN, "rights-colleague")
    async with home.house.sessions() as session:
        return (await session.scalars(select(Member.id).where(Member.email == "rights-colleague@example.org"))).one()


@pytest_asyncio.fixture(loop_scope="package")
async def case(home: Home) -> uuid.UUID:
    """A case that waits."""
    async with home.house.sessions.begin() as session:
        inbound = Inbound(channel="webchat", person=uuid.uuid4().hex, external_id=uuid.uuid4().hex, kind=Kind.TEXT, text="/person", sent_at=now())
        await receive(session, inbound)
        mine = select(Message.conversation_id).where(Message.external_id == inbound.external_id).scalar_subquery()

    async def opened() -> uuid.UUID | None:
        async with home.house.sessions() as session:
            return await session.scalar(select(Case.id).where(Case.conversation_id == mine))

    return await until(opened)


@pytest_asyncio.fixture(loop_scope="package")
async def team(home: Home) -> AsyncIterator[uuid.UUID]:
    """A team, which may be deleted."""
    async with home.house.sessions.begin() as session:
        found = Team(name=uuid.uuid4().hex)
        session.add(found)
    yield found.id
    async with home.house.sessions.begin() as session:
        await session.execute(delete(Team).where(Team.id == found.id))


@pytest_asyncio.fixture(loop_scope="package")
async def sent(home: Home, case: uuid.UUID) -> int:
    """A message of the case that carries a file."""
    async with home.house.sessions.begin() as session:
        found = await session.get_one(Case, case)
        message = Message(conversation_id=found.conversation_id, channel="webchat", direction="out", kind="document", text="", author="bot")
        session.add(message)
        await session.flush()
        session.add(Attachment(message_id=message.id, content_type="application/pdf", file_name="document.pdf", content=b"%PDF-"))
    return message.id


@pytest_asyncio.fixture(loop_scope="package")
async def change(home: Home, colleague: uuid.UUID) -> AsyncIterator[int]:
    """What a colleague wants of a contact."""
    async with home.house.sessions.begin() as session:
        contact = await session.get_one(Contact, "xk_ura")
        wanted = {**await present(session, contact), "phones": ("+383 38 000 000",)}
        found = await propose(session, contact, wanted, colleague)
    yield found.id
    async with home.house.sessions.begin() as session:
        await session.execute(delete(ContactChange).where(ContactChange.contact_id == "xk_ura"))


@pytest_asyncio.fixture(loop_scope="package")
async def fact(home: Home) -> AsyncIterator[str]:
    """A fact that no text carries."""
    async with home.house.sessions.begin() as session:
        session.add(Fact(id="rights_fact", says="Something.", review_by=today() + timedelta(days=90)))
    yield "rights_fact"
    async with home.house.sessions.begin() as session:
        await session.execute(delete(Fact).where(Fact.id == "rights_fact"))


@pytest_asyncio.fixture(loop_scope="package")
async def recording(home: Home) -> uuid.UUID:
    """A recording of an answer."""
    found = AnswerMedia(kind="voice", name="greet", language="en", text_hash="", content=b"OggS", content_type="audio/ogg")
    async with home.house.sessions.begin() as session:
        await keep(session, found)
    return found.id


@pytest_asyncio.fixture(loop_scope="package")
async def taught(home: Home) -> AsyncIterator[dict[str, object]]:
    """A taught sentence, a missing topic, a test question and a model."""
    async with home.house.sessions.begin() as session:
        sentence = Sentence(text="one more", normal=uuid.uuid4().hex, language="en", intent="greet", source="typed")
        topic = MissingTopic(name="driving licence", key=uuid.uuid4().hex)
        question = TestQuestion(intent="greet", language="en", text="and you", normal=uuid.uuid4().hex)
        model = Model(state=ModelState.FAILED)
        session.add_all([sentence, topic, question, model])
    yield {"sentence_id": sentence.id, "topic_id": topic.id, "intent": "greet", "question": question.id, "model_id": model.id}
    async with home.house.sessions.begin() as session:
        for table in (Sentence, MissingTopic, TestQuestion, Model):
            await session.execute(delete(table))


@pytest_asyncio.fixture(loop_scope="package")
async def desk(change: int, fact: str, recording: uuid.UUID, taught: dict[str, object]) -> dict[str, object]:
    """What stands in the open places of the editors' addresses."""
    return {"fact_id": fact, "contact_id": "xk_ura", "change_id": change, "language": "en", "media_id": recording} | taught


@pytest_asyncio.fixture(loop_scope="package")
async def places(case: uuid.UUID, sent: int, team: uuid.UUID, colleague: uuid.UUID, desk: dict[str, object]) -> dict[str, object]:
    """What stands in the open places of an address."""
    texts = {"kind": "answer", "slug": "resettlement"}
    return {"case_id": case, "message_id": sent, "team_id": team, "token": "no-such-token", "name": "greeting", "member_id": colleague} | desk | texts


async def _asked(client: httpx.AsyncClient, line: str, places: dict[str, object]) -> httpx.Response:
    """The answer, without waiting for the end of a stream."""
    method, path = line.format(**places).split()
    data = {"text": "", "question": str(places.get("question", ""))}
    async with client.stream(method, path, data=data if method == "POST" else None) as answer:
        if "event-stream" not in answer.headers.get("content-type", ""):
            await answer.aread()
        return answer


#: Nothing is left after these.
LAST = ("/remove", "/close", "/delete", "sign-out")


@pytest.mark.parametrize("role", EVERYBODY, ids=str)
async def test_only_those_named_get_in(role: Role | None, clients: dict[Role | None, httpx.AsyncClient], places: dict[str, object]) -> None:
    client = clients[role]
    nothing = await client.get("/staff/no-such-page")
    for line in sorted(RIGHTS, key=lambda line: max((number for number, part in enumerate(LAST, 1) if part in line), default=0)):
        answer = await _asked(client, line, places)
        if role is None and line == "GET /staff":
            assert (answer.status_code, answer.headers["location"]) == (303, "/staff/sign-in")  # the one door that everybody may see
        elif role in RIGHTS[line]:
            assert answer.status_code in LET_IN, line
        else:
            assert (answer.status_code, answer.content) == (404, nothing.content), line  # as if there were no such page
    if role:
        assert (await client.get("/staff")).headers["location"] == "/staff/sign-in"  # signed out


@pytest.mark.parametrize("role", sorted(NEEDED))
async def test_the_password_alone_opens_nothing(role: Role, home: Home, places: dict[str, object]) -> None:
    async with home.client(await home.cookie(role, f"rights-half-{role}", second_factor=False)) as client:
        nothing = await client.get("/staff/no-such-page")
        for line in RIGHTS:
            answer = await _asked(client, line, places)
            if line == "GET /staff":
                assert (answer.status_code, answer.headers["location"]) == (303, "/staff/second-factor")
            else:
                assert (answer.status_code, answer.content) == (404, nothing.content), line


async def test_who_sees_conversations_or_decides_what_people_read_needs_a_second_factor() -> None:
    """The two tables agree."""
    weighty = re.compile(r"/cases|/(approve|publish|rollback|live)$")
    assert {role for line, roles in RIGHTS.items() if weighty.search(line) for role in roles} == NEEDED


async def test_an_open_page_that_listens_keeps_nobody_signed_in() -> None:
    """A console left open over night is not somebody at work."""
    assert {line for line in RIGHTS if line.endswith("/events")} == BY_THEMSELVES


async def test_a_case_that_does_not_exist_is_not_found(home: Home) -> None:
    async with home.client(await home.cookie(Role.LEAD, "rights-again")) as client:
        assert (await client.get(f"/staff/cases/{NOWHERE}")).status_code == 404


async def test_who_edits_texts_never_sees_what_people_wrote() -> None:
    """The table may grow; this stays."""
    assert [line for line, roles in RIGHTS.items() if "/cases" in line and roles & {Role.EDITOR, Role.APPROVER}] == []


def _routes(found: Iterable[Any]) -> Iterator[Any]:
    """Routes, and those of the routers within."""
    for route in found:
        if router := getattr(route, "original_router", None):
            yield from _routes(router.routes)
        else:
            yield route


async def test_every_page_of_the_console_has_its_line(home: Home) -> None:
    """And no line is without its page."""
    routes = list(_routes(application(home.house, Live()).routes))
    pages = {f"{method} {route.path}" for route in routes if route.path.startswith("/staff") for method in route.methods - {"HEAD"}}
    assert pages == set(RIGHTS) | OPEN
    others = {route.path.split("/")[1] for route in routes} - {"staff"}
    assert others == {
        "",
        "chat",
        "telegram",
        "whatsapp",
        "media",
        "healthz",
        "readyz",
        "metrics",
        "static",
        "favicon.ico",
    }  # what is open to the world, whole


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://127.0.0.1:1"])
async def test_forms_from_another_origin_are_refused(origin: str, home: Home, places: dict[str, object]) -> None:
    """By whoever is signed in, from whatever page; the session cookie alone is not enough."""
    async with home.client(await home.cookie(Role.ADMIN, "rights-origin")) as client:
        for line in [line for line in (*RIGHTS, *OPEN, "POST /chat") if line.startswith("POST")]:
            client.headers["origin"] = origin
            assert (await _asked(client, line, places)).status_code == 403, line
        client.headers["origin"] = home.base
        assert (await client.get("/staff")).status_code == 200  # still signed in: nothing was done


async def test_a_browser_names_no_origin_but_says_the_form_is_foreign(home: Home) -> None:
    async with httpx.AsyncClient(base_url=home.base) as client:
        assert (await client.post("/chat", headers={"sec-fetch-site": "cross-site"})).status_code == 403


async def test_staff_cookies_are_out_of_reach(home: Home) -> None:
    chosen = {"password": "a bridge of paper boats", "again": "a bridge of paper boats"}
    async with home.client() as client:
        answer = await client.post(await home.link(Role.LEAD, "rights-cookie"), data=chosen)
        said = answer.headers["set-cookie"].lower()
        assert "httponly" in said
        assert "samesite=strict" in said
        assert "path=/staff" in said
        behind = await client.post(await home.link(Role.LEAD, "rights-cookie"), data=chosen, headers={"x-forwarded-proto": "https"})
        assert re.search(r"; secure", behind.headers["set-cookie"].lower())
