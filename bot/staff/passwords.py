"""Passwords: what is good enough, how they are kept, and whether one is right. Only argon2 hashes are kept."""

from __future__ import annotations

import asyncio
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 256
FEWEST = 5  #: different characters
#: The commonest long passwords are a word or a row of keys, said twice or followed by a year; what follows is cut off before one looks here.
_COMMON = (
    "password passw0rd passwordpassword mypassword yourpassword changeme changemenow welcome welcometo letmein letmeinnow iloveyou iloveyouforever "
    "qwerty qwertyuiop qwertyqwerty qwertyuiopasdfghjkl qwertzuiop asdfghjkl asdfghjklzxcvbnm zxcvbnm 1q2w3e4r5t6y 1qaz2wsx3edc qazwsxedc qazwsxedcrfv "
    "abcdefghijkl abcdefghijklm abcdefghijklmnop administrator adminadmin admin administrador trustno football baseball sunshine princess superman "
    "homeward homewardhomeward passwort passwortpasswort hallohallo schatzischatzi parol parolparol пароль парольпароль йцукен йцукенгшщзхъ йцукенгшщз "
    "contraseña motdepasse azertyuiop azerty مرحبا correcthorsebatterystaple q2w3e4r5t6y qaz2wsx3edc"
)
COMMON = frozenset(_COMMON.split())
_hasher = PasswordHasher()
#: Verified where there is nobody to verify, so that a wrong e-mail takes as long as a wrong password.
_NOBODY = _hasher.hash("nobody signs in with this")


def plainly(password: str) -> str:
    """One form for what keyboards write in several: ё or e with dots, full-width or narrow."""
    return unicodedata.normalize("NFKC", password)


def problem(password: str, again: str, email: str) -> str:
    """Why a password will not do, as a code; empty where it will. Long is good, no signs are demanded."""
    plain = plainly(password).casefold()
    stem = plain.strip("0123456789.,!?*#$@-_ ")
    local = email.casefold().partition("@")[0]
    if password != again:
        return "differ"
    if len(plainly(password)) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    if len(local) > 3 and local in plain:
        return "email"
    if len(set(plain)) < FEWEST or not stem or {plain, stem} & COMMON:
        return "common"
    return ""


async def hashed(password: str) -> str:
    """What is kept of a password. In a thread: it takes long on purpose, and others must be served meanwhile."""
    return await asyncio.to_thread(_hasher.hash, plainly(password))


async def is_right(kept: str | None, password: str) -> bool:
    """Whether this is the password. Takes equally long where there is none."""
    right = await asyncio.to_thread(_verified, kept or _NOBODY, plainly(password[: LONGEST + 1]))
    return right and kept is not None


def _verified(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with parameters that are no longer ours."""
    return _hasher.check_needs_rehash(kept)
