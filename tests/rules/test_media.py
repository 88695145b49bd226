"""Files: what they really are, what may be sent to a person, and what is left of it."""

import io

import av
import pytest

from bot.channels import File, Kind
from bot.conversation.media import FileRefused, ReadyFile, captioned, check, playable, prepared, real_type
from tests import samples

#: what a counsellor chooses → what the person is sent
READY = {
    "recorded by Chromium": (samples.recording("webm", "libopus"), Kind.VOICE, "audio/ogg"),
    "recorded by Firefox": (samples.recording("ogg", "libopus"), Kind.VOICE, "audio/ogg"),
    "recorded by Safari": (samples.recording("mp4", "aac"), Kind.VOICE, "audio/ogg"),
    "recorded by an old phone": (samples.recording("amr", "libopencore_amrnb", 8000), Kind.VOICE, "audio/ogg"),
    "a sound as it is": (samples.recording("wav", "pcm_s16le", 16_000), Kind.VOICE, "audio/ogg"),
    "a photograph": (samples.picture(), Kind.PICTURE, "image/jpeg"),
    "a screenshot": (samples.picture(codec="png"), Kind.PICTURE, "image/png"),
    "a letter": (samples.PDF, Kind.DOCUMENT, "application/pdf"),
    "a form": (samples.word(), Kind.DOCUMENT, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "a film": (samples.film(), Kind.DOCUMENT, "video/mp4"),
}
REFUSED = {
    "nothing": b"",
    "a program": b"MZ\x90\0" * 50,
    "a page": b"<html><script>alert(1)</script>",
    "a drawing that is a page": b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
    "a document with programs": samples.word("word/vbaProject.bin"),
    "any archive": b"PK\x03\x04 and more",
    "half a photograph": samples.picture()[:200],
    "a photograph in name only": b"\xff\xd8\xff\xe0" + b"x" * 500,
    "a recording in name only": b"OggS" + b"x" * 500,
    "a film in name only": b"\0\0\0\x1cftypisom" + b"x" * 500,
    "a moving picture": b"GIF89a" + b"x" * 500,
}


@pytest.mark.parametrize("what", READY)
async def test_what_may_be_sent(what: str) -> None:
    content, kind, content_type = READY[what]
    ready = await prepared(content)
    assert (ready.kind, ready.content_type, real_type(ready.content)) == (kind, content_type, content_type)
    assert ready.name.split(".")[0] in ("voice", "picture", "document", "video")


@pytest.mark.parametrize("what", REFUSED)
async def test_what_may_not(what: str) -> None:
    with pytest.raises(FileRefused) as caught:
        await prepared(REFUSED[what])
    assert caught.value.code == "unknown-file"


async def test_what_is_too_large() -> None:
    with pytest.raises(FileRefused) as caught:
        await prepared(b"%PDF-" + b"x" * 20_000_000)
    assert caught.value.code == "too-large"


@pytest.mark.parametrize("what", [what for what in READY if READY[what][1] is Kind.VOICE])
async def test_a_recording_is_opus_and_as_long_as_it_was(what: str) -> None:
    content = (await prepared(READY[what][0])).content
    assert b"OpusHead" in content[:64]
    with av.open(io.BytesIO(content)) as packed:
        assert packed.streams.audio[0].codec_context.name in ("opus", "libopus")
        assert packed.duration == pytest.approx(1_000_000, abs=100_000)


async def test_opus_is_not_encoded_again() -> None:
    """Packed anew only: each packet is what the browser made."""
    before = samples.recording("webm", "libopus")
    after = (await prepared(before)).content

    def packets(content: bytes) -> list[bytes]:
        with av.open(io.BytesIO(content)) as source:
            return [bytes(packet) for packet in source.demux(audio=0) if packet.size]

    assert packets(after) == packets(before)


async def test_a_photograph_loses_its_traces_and_stands_upright() -> None:
    photograph = samples.picture(place="Hauptstrasse 1", turned=True)
    assert b"Hauptstrasse" in photograph
    ready = await prepared(photograph)
    assert b"Hauptstrasse" not in ready.content
    assert b"Exif" not in ready.content
    with av.open(io.BytesIO(ready.content)) as source:
        frame = next(source.decode(video=0))
    assert (frame.width, frame.height) == (48, 64)
    assert frame.to_ndarray(format="gray")[2].mean() < 20  # the dark side was on the left, and is above now


async def test_a_film_loses_its_traces() -> None:
    assert b"loci" in samples.film()
    assert b"loci" not in (await prepared(samples.film())).content


async def test_a_large_photograph_becomes_one_that_can_be_paid_for() -> None:
    ready = await prepared(samples.picture(4000, 3001))
    with av.open(io.BytesIO(ready.content)) as source:
        assert max(source.streams.video[0].width, source.streams.video[0].height) == 2048


def ready(kind: Kind, size: int = 1) -> ReadyFile:
    return ReadyFile(kind=kind, content=b"x" * size, content_type="x/y", name="x")


#: channel, kind, megabytes → why not
CHECKS: list[tuple[str, Kind, int, str]] = [
    ("telegram", Kind.PICTURE, 10, ""),
    ("telegram", Kind.PICTURE, 11, "too-large"),
    ("telegram", Kind.VOICE, 20, ""),
    ("whatsapp", Kind.PICTURE, 5, ""),
    ("whatsapp", Kind.PICTURE, 6, "too-large"),
    ("whatsapp", Kind.DOCUMENT, 16, ""),
    ("whatsapp", Kind.DOCUMENT, 17, "too-large"),
    ("webchat", Kind.PICTURE, 1, "no-files-here"),
]


@pytest.mark.parametrize(("channel", "kind", "megabytes", "why"), CHECKS)
def test_what_a_channel_takes(channel: str, kind: Kind, megabytes: int, why: str) -> None:
    if not why:
        check(channel, ready(kind, megabytes * 1_000_000))
        return
    with pytest.raises(FileRefused) as caught:
        check(channel, ready(kind, megabytes * 1_000_000))
    assert caught.value.code == why


def test_where_words_stand() -> None:
    assert captioned("telegram", ready(Kind.VOICE), ["hello"], [])
    assert captioned("whatsapp", ready(Kind.PICTURE), ["hello"], [])
    assert not captioned("whatsapp", ready(Kind.VOICE), ["hello"], [])
    assert not captioned("telegram", ready(Kind.VOICE), ["x" * 1025], [])
    assert not captioned("telegram", ready(Kind.VOICE), ["hello"], ["menu"])
    assert not captioned("telegram", ready(Kind.VOICE), [], [])


async def test_what_browsers_play() -> None:
    old = await playable(File(content=samples.recording("amr", "libopencore_amrnb", 8000), content_type="audio/amr"))
    assert old.content_type == real_type(old.content) == "audio/ogg"
    said = await playable(File(content=b"<html>", content_type="image/png"))
    assert said.content_type == "application/octet-stream"
    assert (await playable(File(content=samples.picture(codec="png"), content_type="text/html"))).content_type == "image/png"
