"""What people wrote and where they can be reached is sealed in the store; keys can be changed, and addresses are still found."""

from collections.abc import Iterator

import psycopg
import pytest
from cryptography.fernet import InvalidToken
from sqlalchemy import select

from bot import sealing
from bot.channels import Kind
from bot.conversation.models import Address, Message
from bot.models import Base
from bot.sealing import Keyring, Sealed
from tests.world import World

WORD = "می‌ترسم"
OLD = "a key for the tests"  #: as conftest.py sets it


@pytest.fixture
def old_key_again() -> Iterator[None]:
    """Other tests go on with their key."""
    yield
    sealing.use([OLD])


def test_what_is_sealed_opens_and_says_nothing_without_the_key() -> None:
    ring = Keyring(["one"])
    for text in (WORD, "", "x" * 20_000, "😀 \u2066+49\u2069\n\x01"):
        sealed = ring.seal(text)
        assert ring.open(sealed) == text
        assert not text or text.encode() not in sealed
        with pytest.raises(InvalidToken):
            Keyring(["two"]).open(sealed)


def test_the_same_words_are_never_sealed_the_same_way() -> None:
    ring = Keyring(["one"])
    assert ring.seal(WORD) != ring.seal(WORD)


def test_a_sealed_text_that_was_changed_does_not_open() -> None:
    ring = Keyring(["one"])
    sealed = bytearray(ring.seal(WORD))
    sealed[20] ^= 1
    with pytest.raises(InvalidToken):
        ring.open(bytes(sealed))


def test_a_new_key_in_front_opens_the_old_and_seals_the_new() -> None:
    old, both = Keyring(["old"]), Keyring(["new", "old"])
    assert both.open(old.seal("word")) == "word"
    with pytest.raises(InvalidToken):
        old.open(both.seal("word"))


def test_what_is_sealed_again_no_longer_needs_the_old_key() -> None:
    again = Keyring(["new", "old"]).rotate(Keyring(["old"]).seal(WORD))
    assert Keyring(["new"]).open(again) == WORD


def test_addresses_are_found_again_after_a_rotation() -> None:
    old = Keyring(["old"]).fingerprint("telegram", "1")
    assert Keyring(["new", "old"]).fingerprint("telegram", "1") == old
    assert Keyring(["newer", "new", "old"]).fingerprint("telegram", "1") == old


def test_another_address_channel_or_key_has_another_fingerprint() -> None:
    old = Keyring(["old"])
    found = [
        old.fingerprint("telegram", "1"),
        old.fingerprint("whatsapp", "1"),
        old.fingerprint("telegram", "2"),
        Keyring(["new"]).fingerprint("telegram", "1"),
    ]
    assert len(set(found)) == 4
    assert all(len(one) == 32 for one in found)


def test_the_columns_that_hold_words_and_addresses_are_sealed() -> None:
    sealed = {f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns if isinstance(column.type, Sealed)}
    assert {"message.text", "message.media", "address.name"} <= sealed


async def test_the_database_only_sees_what_is_sealed(world: World) -> None:
    person = world.person(name="+4915799999999")
    await person.writes(WORD)
    await person.writes(kind=Kind.VOICE)
    with psycopg.connect(world.house.url) as connection:
        rows = connection.execute("select text from message union all select name from address").fetchall()
    assert len(rows) == 3
    assert [bytes(value) for (value,) in rows if not bytes(value).startswith(b"gAAAA")] == []
    async with world.house.sessions() as session:
        assert list(await session.scalars(select(Message.text).order_by(Message.id))) == [WORD, ""]
        assert list(await session.scalars(select(Address.name))) == ["+4915799999999"]


async def test_a_conversation_goes_on_under_a_new_key(world: World, old_key_again: None) -> None:
    person = world.person(hint="en")
    await person.asks("hello")
    sealing.use(["a new key", OLD])
    heard = await person.asks("thank you")
    assert len(heard) == 1  # the notice was given under the old key: it is the same conversation
    assert [message.text for message in await world.messages() if message.direction == "in"] == ["hello", "thank you"]
    async with world.house.sessions() as session:
        assert len(list(await session.scalars(select(Address.id)))) == 1
