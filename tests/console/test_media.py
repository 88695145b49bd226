"""Files at the desk: nothing is fetched before it is asked for, nothing runs, and what counsellors record or attach arrives."""

import base64
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import async_playwright, expect
from sqlalchemy import func, select

from bot.answering.receive import receive
from bot.cases.actions import take
from bot.cases.models import Case
from bot.channels.telegram import Telegram
from bot.conversation.models import Conversation, Message
from bot.staff.audit import Audit
from bot.staff.models import Member, Role
from tests import samples
from tests.console.home import QUIET, Home, Visitor, chromium
from tests.console.test_accessibility import is_good
from tests.contract import telegram_server
from tests.messengers import TOKEN, free_port, served, until

pytestmark = pytest.mark.asyncio(loop_scope="package")


@dataclass
class Talk:
    """Somebody on Telegram, whose case a counsellor looks at."""

    home: Home
    telegram: httpx.AsyncClient
    channel: Telegram
    chat: int
    case: uuid.UUID

    async def sends(self, kind: str, content: bytes, **more: Any) -> Message:
        """The person sends a file; it is heard."""
        what = {"chat": self.chat, "content": base64.b64encode(content).decode(), **more}
        inbound = self.channel.read((await self.telegram.post(f"/control/{kind}", json=what)).json())
        assert inbound is not None
        async with self.home.house.sessions.begin() as session:
            await receive(session, inbound)
            return (await session.scalars(select(Message).where(Message.external_id == inbound.external_id))).one()

    def address(self, message: Message) -> str:
        return f"/staff/cases/{self.case}/media/{message.id}"

    async def seen(self) -> list[dict[str, Any]]:
        """What the person has from us."""
        found = (await self.telegram.get(f"/control/chat/{self.chat}")).json()["messages"]
        return [message for message in found if message["from"]["is_bot"]]

    async def arrives(self, what: str) -> dict[str, Any]:
        async def last() -> dict[str, Any] | None:
            return next((message for message in reversed(await self.seen()) if what in message), None)

        found: dict[str, Any] = await until(last)
        return found

    async def content(self, shown: dict[str, Any]) -> bytes:
        return (await self.telegram.get(f"/file/bot{TOKEN}/files/{shown['file_id']}")).content

    async def taken_by(self, name: str) -> None:
        async with self.home.house.sessions.begin() as session:
            member = (await session.scalars(select(Member).where(Member.email == f"{name}@example.org"))).one()
            assert await take(session, self.case, member.id)

    async def opened(self, message: Message) -> int:
        """How often the audit says that somebody looked."""
        async with self.home.house.sessions() as session:
            query = select(func.count(Audit.id)).where(
                Audit.action == "case.media", Audit.subject_id == str(self.case), Audit.detail == str(message.id)
            )
            return int(await session.scalar(query) or 0)


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def telegram(home: Home) -> AsyncIterator[httpx.AsyncClient]:
    """Telegram as the house knows it; one for all tests, so that no two messages have one name."""
    async with AsyncExitStack() as stack:
        port = free_port()
        await served(stack, telegram_server.application(False), port)
        home.house.channels["telegram"] = channel = Telegram(TOKEN, f"http://127.0.0.1:{port}")
        stack.push_async_callback(channel.close)
        stack.callback(home.house.channels.pop, "telegram")
        yield await stack.enter_async_context(httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20))


async def talking(home: Home, telegram: httpx.AsyncClient) -> Talk:
    channel, chat = home.house.channels["telegram"], uuid.uuid4().int % 10**9
    assert isinstance(channel, Telegram)
    inbound = channel.read((await telegram.post("/control/say", json={"chat": chat, "text": "/person", "language_code": "en"})).json())
    assert inbound is not None
    async with home.house.sessions.begin() as session:
        await receive(session, inbound)

    async def opened() -> uuid.UUID | None:
        async with home.house.sessions() as session:
            mine = select(Message.conversation_id).where(Message.external_id == inbound.external_id).scalar_subquery()
            return await session.scalar(select(Case.id).where(Case.conversation_id == mine))

    return Talk(home, telegram, channel, chat, await until(opened))


@pytest_asyncio.fixture(loop_scope="package")
async def talk(home: Home, telegram: httpx.AsyncClient) -> Talk:
    return await talking(home, telegram)


@asynccontextmanager
async def signed_in(home: Home, role: Role = Role.COUNSELLOR) -> AsyncIterator[httpx.AsyncClient]:
    async with home.client(await home.cookie(role, f"media-{role}")) as client:
        client.timeout = 20
        yield client


# --- what people sent --------------------------------------------------------------------------------------------------------


async def test_no_picture_is_fetched_before_somebody_asks_and_then_it_is_blurred(home: Home, talk: Talk) -> None:
    message = await talk.sends("photo", samples.picture(), caption="look")
    async with home.member() as sara:
        asked: list[str] = []
        sara.context.on("request", lambda request: asked.append(request.url))
        await sara.page.goto(f"/staff/cases/{talk.case}")
        picture = sara.page.locator(f"#m{message.id} .media img")
        await sara.page.wait_for_timeout(500)
        assert [url for url in asked if "/media/" in url] == []
        await sara.page.locator(f"#m{message.id} summary").focus()
        await sara.page.keyboard.press("Enter")
        await expect(picture).to_have_js_property("naturalWidth", 64)
        assert [url.removeprefix(home.base) for url in asked if "/media/" in url] == [talk.address(message)]
        assert "blur" in await picture.evaluate("(one) => getComputedStyle(one).filter")
        await sara.page.keyboard.press("Tab")
        await sara.page.keyboard.press("Space")
        assert await picture.evaluate("(one) => getComputedStyle(one).filter") == "none"
        assert await talk.opened(message) == 1


async def test_an_open_picture_stays_open_while_the_page_renews_itself(home: Home, talk: Talk) -> None:
    message = await talk.sends("photo", samples.picture())
    async with home.member() as sara:
        await sara.page.goto(f"/staff/cases/{talk.case}")
        await sara.page.locator(f"#m{message.id} summary").click()
        await sara.page.locator(f"#m{message.id} .media input").check()
        another = await talk.sends("voice", samples.recording("ogg"))
        await expect(sara.page.locator(f"#m{another.id} audio")).to_be_attached()
        await expect(sara.page.locator(f"#m{message.id} img")).to_be_visible()
        await expect(sara.page.locator(f"#m{message.id} .media input")).to_be_checked()
        assert await talk.opened(message) == 1


async def test_a_voice_note_plays(home: Home, talk: Talk) -> None:
    message = await talk.sends("voice", samples.recording("ogg", seconds=2))
    async with home.member() as sara:
        await sara.page.goto(f"/staff/cases/{talk.case}")
        audio = sara.page.locator(f"#m{message.id} audio")
        assert await audio.evaluate("(one) => one.readyState") == 0  # nothing was loaded
        await audio.evaluate("(one) => { one.muted = true; return one.play(); }")
        await expect(audio).to_have_js_property("error", None)
        await sara.page.wait_for_function("(one) => one.currentTime > 0.2", arg=await audio.element_handle())
        assert await audio.evaluate("(one) => Math.round(one.duration)") == 2


async def test_a_film_is_shown_as_a_film(home: Home, talk: Talk) -> None:
    message = await talk.sends("video", samples.film("webm", "libvpx"))
    async with home.member() as sara:
        await sara.page.goto(f"/staff/cases/{talk.case}")
        await sara.page.locator(f"#m{message.id} summary").click()
        film = sara.page.locator(f"#m{message.id} video")
        await expect(film).to_have_js_property("videoWidth", 64)
        assert "blur" in await film.evaluate("(one) => getComputedStyle(one).filter")


async def test_a_file_that_is_gone_says_so(home: Home, talk: Talk) -> None:
    message = await talk.sends("photo", b"no picture at all")
    async with home.member() as sara:
        await sara.page.goto(f"/staff/cases/{talk.case}")
        await sara.page.locator(f"#m{message.id} summary").click()
        await expect(sara.page.locator(f"#m{message.id} .problem")).to_be_visible()
        another = await talk.sends("document", samples.PDF)
        await talk.telegram.post(
            "/control/faults", json={"count": 1, "status": 400, "method": "getFile", "description": "Bad Request: invalid file_id"}
        )
        sara.expected = ("404",)
        await sara.page.goto(talk.address(another))
        await expect(sara.page.get_by_text("does not keep this file any more")).to_be_visible()
        await is_good(sara, "a file that is gone")


#: what was sent → what it is, whether the browser may show it
SHOWN: dict[str, tuple[str, bytes, str, bool]] = {
    "a photograph": ("photo", samples.picture(), "image/jpeg", True),
    "a voice note": ("voice", samples.recording("ogg"), "audio/ogg", True),
    "a recording of an old phone": ("voice", samples.recording("amr", "libopencore_amrnb", 8000), "audio/ogg", True),
    "a film": ("video", samples.film(), "video/mp4", True),
    "a letter": ("document", samples.PDF, "application/pdf", False),
    "a page that would run": ("document", b"<html><script>alert(1)</script>", "application/octet-stream", False),
    "a drawing that would run": ("photo", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "application/octet-stream", False),
}


@pytest.mark.parametrize("what", SHOWN)
async def test_only_what_cannot_run_is_shown(what: str, home: Home, talk: Talk) -> None:
    kind, content, content_type, inline = SHOWN[what]
    message = await talk.sends(kind, content)
    async with signed_in(home) as client:
        answer = await client.get(talk.address(message))
    assert (answer.status_code, answer.headers["content-type"]) == (200, content_type)
    assert answer.headers.get("content-disposition", "inline").split(";")[0] == ("inline" if inline else "attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert {"sandbox", "default-src 'none'"} <= {part.strip() for part in answer.headers["content-security-policy"].split(";")}


#: asked for → bytes given
PARTS: dict[str, tuple[int, slice]] = {
    "bytes=0-": (206, slice(None)),
    "bytes=0-9": (206, slice(0, 10)),
    "bytes=10-": (206, slice(10, None)),
    "bytes=-5": (206, slice(-5, None)),
    "bytes=10-1000000": (206, slice(10, None)),
    "bytes=1000000-": (416, slice(0, 0)),
    "bytes=-": (200, slice(None)),
    "bytes=0-1,5-6": (200, slice(None)),
    "nonsense": (200, slice(None)),
}


async def test_a_recording_is_given_in_parts_and_counts_as_one_look(home: Home, talk: Talk) -> None:
    content = samples.recording("ogg")
    message = await talk.sends("voice", content)
    before = await _fetched(talk)
    async with signed_in(home) as client:
        for part, (status, given) in PARTS.items():
            answer = await client.get(talk.address(message), headers={"range": part})
            assert (answer.status_code, answer.content) == (status, content[given]), part
    assert await talk.opened(message) == 1
    assert await _fetched(talk) == before + 1  # the rest came from memory


async def _fetched(talk: Talk) -> int:
    return [call["method"] for call in (await talk.telegram.get("/control/calls")).json()].count("getFile")


async def test_files_of_others_are_not_found(home: Home, talk: Talk) -> None:
    mine = await talk.sends("photo", samples.picture())
    words = await talk.sends("contact", b"", phone="+491511")
    other = await talking(home, talk.telegram)
    async with signed_in(home) as client:
        theirs = await other.sends("photo", samples.picture())
        nothing = await client.get("/staff/no-such-page")
        for address in (
            f"/staff/cases/{talk.case}/media/{theirs.id}",
            f"/staff/cases/{other.case}/media/{mine.id}",
            f"/staff/cases/{uuid.UUID(int=0)}/media/{mine.id}",
            talk.address(words),
            f"/staff/cases/{talk.case}/media/0",
            f"/staff/cases/{talk.case}/media/{10**30}",
        ):
            answer = await client.get(address)
            assert (answer.status_code, answer.content) == (404, nothing.content), address


async def test_a_messenger_that_is_away_is_worth_another_try(home: Home, talk: Talk) -> None:
    message = await talk.sends("voice", samples.recording("ogg"))
    await talk.telegram.post("/control/faults", json={"count": 1, "status": 502, "method": "getFile"})
    async with signed_in(home) as client:
        answer = await client.get(talk.address(message))
        assert (answer.status_code, answer.headers["x-homeward-reason"]) == (502, "messenger-away")
        assert (await client.get(talk.address(message))).status_code == 200


# --- what counsellors send ---------------------------------------------------------------------------------------------------


async def test_a_file_is_sent_without_any_script(home: Home, talk: Talk) -> None:
    async with home.member(name="sara", java_script_enabled=False) as sara:
        await talk.taken_by("sara")
        await sara.page.goto(f"/staff/cases/{talk.case}")
        await sara.page.get_by_label("Attach a file").set_input_files({"name": "Ali.pdf", "mimeType": "application/pdf", "buffer": samples.PDF})
        await sara.page.get_by_label("Your reply").fill("The form")
        await sara.page.get_by_role("button", name="Send").click()
        shown = await talk.arrives("document")
        assert (shown["caption"], await talk.content(shown["document"])) == ("The form", samples.PDF)
        await sara.page.reload()
        async with sara.page.expect_download() as started:
            await sara.page.locator("article.mine .media a").last.click()
        assert (await started.value).suggested_filename == "document.pdf"


async def test_what_cannot_be_sent_leaves_the_words(home: Home, talk: Talk) -> None:
    async with home.member(name="sara") as sara:
        sara.expected = ("409", "405")  # the page stands at the address of the form, which can only be posted to
        await talk.taken_by("sara")
        await sara.page.goto(f"/staff/cases/{talk.case}")
        await sara.page.get_by_label("Attach a file").set_input_files({"name": "a.exe", "mimeType": "image/png", "buffer": b"MZ" * 100})
        await sara.page.get_by_label("Your reply").fill("Look at this")
        await sara.page.get_by_role("button", name="Send").click()
        await expect(sara.page.get_by_role("alert")).to_contain_text("This kind of file cannot be sent")
        await expect(sara.page.get_by_label("Your reply")).to_have_value("Look at this")
        assert "Look at this" not in str(await talk.seen())


@asynccontextmanager
async def with_microphone(home: Home) -> AsyncIterator[Home]:
    """A browser with a microphone that beeps."""
    async with async_playwright() as playwright:
        arguments = [*QUIET, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
        browser = await playwright.chromium.launch(executable_path=chromium(), args=arguments)
        yield Home(home.house, browser)
        await browser.close()


async def test_a_voice_note_is_recorded_heard_and_sent_by_keyboard(home: Home, talk: Talk) -> None:
    async with with_microphone(home) as there, there.member(name="sara", viewport={"width": 360, "height": 740}) as sara:
        await talk.taken_by("sara")
        page = sara.page
        await page.goto(f"/staff/cases/{talk.case}")
        await is_good(sara, "a case with a recorder")
        await page.set_viewport_size({"width": 360, "height": 740})
        for word in ("Discard", "Stop recording"):
            await expect(page.get_by_role("button", name=word)).to_be_hidden()
        await _records(sara)
        await page.keyboard.press("Tab")
        await page.get_by_role("button", name="Discard").press("Enter")
        assert await page.locator("#file").evaluate("(one) => one.files.length") == 0
        await _records(sara)
        audio = page.locator("#recorder audio")
        await page.wait_for_function("(one) => one.readyState >= 1", arg=await audio.element_handle())
        await is_good(sara, "a case with a recording")
        await page.get_by_role("button", name="Send").press("Enter")
        shown = await talk.arrives("voice")
        content = await talk.content(shown["voice"])
        assert content.startswith(b"OggS")
        assert b"OpusHead" in content[:64]
        await expect(page.locator("article.mine audio").last).to_be_visible()


async def _records(sara: Visitor) -> None:
    await sara.page.get_by_role("button", name="Record a voice note").press("Enter")
    await expect(sara.page.get_by_role("button", name="Stop recording")).to_be_focused()
    await sara.page.wait_for_timeout(1200)
    await sara.page.keyboard.press("Enter")
    await expect(sara.page.get_by_label("Your voice note")).to_be_visible()
    await expect(sara.page.get_by_role("status").filter(has_text="ready")).to_be_visible()


async def test_without_a_microphone_the_file_field_remains(home: Home, talk: Talk) -> None:
    async with home.member(name="sara") as sara:
        await talk.taken_by("sara")
        await sara.page.add_init_script("delete window.MediaRecorder")
        await sara.page.goto(f"/staff/cases/{talk.case}")
        await expect(sara.page.get_by_label("Attach a file")).to_be_visible()
        await expect(sara.page.get_by_role("button", name="Record a voice note")).to_be_hidden()
        sara.worn = True


async def test_only_a_reply_of_somebody_signed_in_may_be_large(home: Home, talk: Talk) -> None:
    reply, large = f"/staff/cases/{talk.case}/reply", {"file": ("a.pdf", b"%PDF-" + b"x" * 2_000_000)}
    async with signed_in(home) as client, httpx.AsyncClient(base_url=home.base, headers={"origin": home.base}) as nobody:
        assert (await client.post(reply, files=large)).status_code != 413
        assert (await nobody.post(reply, files=large)).status_code == 413
        assert (await client.post(f"/staff/cases/{talk.case}/take", files=large)).status_code == 413
        assert (await client.post("/chat", files=large)).status_code == 413
        assert (await client.post(reply, content=b"x" * 2_000_000)).status_code == 413
        huge = {"file": ("a.pdf", b"x" * 21_000_001)}
        assert (await client.post(reply, files=huge)).status_code == 413


async def test_the_microphone_is_for_cases_alone(home: Home, talk: Talk) -> None:
    async with signed_in(home) as client:
        case, queue = (await client.get(f"/staff/cases/{talk.case}")).headers, (await client.get("/staff")).headers
    assert "microphone=(self)" in case["permissions-policy"]
    assert "microphone=()" in queue["permissions-policy"]
    assert "media-src 'self' blob:" in case["content-security-policy"]
    assert "media-src 'self';" in f"{queue['content-security-policy']};"


async def test_a_case_with_files_is_good_to_look_at(home: Home, talk: Talk) -> None:
    for kind, content in (("photo", samples.picture()), ("voice", samples.recording("ogg")), ("document", samples.PDF)):
        message = await talk.sends(kind, content)
    async with home.member(name="sara") as sara:
        await talk.taken_by("sara")
        await sara.page.goto(f"/staff/cases/{talk.case}")
        await expect(sara.page.locator(f"#m{message.id}")).to_be_visible()
        await sara.page.locator(".media summary").click()
        await is_good(sara, "a case with files")


async def test_who_may_see_conversations_alone_sees_files(home: Home, talk: Talk) -> None:
    message = await talk.sends("photo", samples.picture())
    for role in Role:
        async with signed_in(home, role) as client:
            expected = 404 if role in (Role.EDITOR, Role.APPROVER) else 200
            assert (await client.get(talk.address(message))).status_code == expected, role
    async with home.house.sessions() as session:
        assert await session.get(Conversation, message.conversation_id) is not None
