"""Sealed in the store, open with the key, and keys can be changed."""

import pytest
from cryptography.fernet import InvalidToken

from bot.sealing import Keyring


def test_what_is_sealed_opens_and_says_nothing_without_the_key() -> None:
    ring = Keyring(["one"])
    sealed = ring.seal("می‌ترسم")
    assert ring.open(sealed) == "می‌ترسم"
    assert "می‌ترسم".encode() not in sealed
    with pytest.raises(InvalidToken):
        Keyring(["two"]).open(sealed)


def test_a_new_key_in_front_opens_the_old_and_seals_the_new() -> None:
    old, both = Keyring(["old"]), Keyring(["new", "old"])
    assert both.open(old.seal("word")) == "word"
    with pytest.raises(InvalidToken):
        old.open(both.seal("word"))


def test_addresses_are_found_again_after_a_rotation() -> None:
    assert Keyring(["old"]).fingerprint("telegram", "1") == Keyring(["new", "old"]).fingerprint("telegram", "1")
    assert Keyring(["old"]).fingerprint("telegram", "1") != Keyring(["old"]).fingerprint("whatsapp", "1")
