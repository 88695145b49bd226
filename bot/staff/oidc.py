"""Signing in at the organisation's own service (OpenID Connect): where to send the browser, and whom the service vouches for."""

from __future__ import annotations

import hmac
import json
import secrets
import time
from dataclasses import asdict, dataclass
from typing import Any

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from cryptography.fernet import InvalidToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import SignInRefused
from bot.sealing import keyring
from bot.settings import Settings
from bot.staff.models import Member

PATIENCE = 10.0  #: seconds for the service to answer
VISIT_LIVES = 600  #: seconds in which a visit must come back
CLOCKS = 60  #: seconds by which two clocks may differ
#: Signed by the service's own keys; never "none", nor a secret that we hold too.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
#: What the service says of how somebody signed in there (RFC 8176) that is as good as our own second factor.
STRONG = frozenset({"mfa", "otp", "hwk", "swk", "sc"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One way there and back; the browser carries it, sealed."""

    state: str
    nonce: str
    verifier: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """Whom the service vouches for."""

    subject: str  #: issuer and subject: another service may call somebody else by the same name
    email: str  #: empty where the service did not verify it
    strong: bool  #: a second factor was given there


async def _metadata(settings: Settings, client: httpx.AsyncClient) -> dict[str, Any]:
    """What the service says of itself; asked each time, for signing in is rare and keys rotate."""
    issuer = (settings.oidc_issuer or "").rstrip("/")
    found: dict[str, Any] = (await client.get(f"{issuer}/.well-known/openid-configuration")).raise_for_status().json()
    if str(found["issuer"]).rstrip("/") != issuer:
        raise SignInRefused("unreachable")
    return found


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=PATIENCE, headers={"accept": "application/json"})


async def depart(settings: Settings, back: str) -> tuple[str, str]:
    """Where to send the browser, and the sealed visit it must bring back."""
    visit = Visit(state=secrets.token_urlsafe(24), nonce=secrets.token_urlsafe(24), verifier=secrets.token_urlsafe(48), at=time.time())
    try:
        async with _client() as client:
            door = (await _metadata(settings, client))["authorization_endpoint"]
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        raise SignInRefused("unreachable") from None
    asked = {
        "redirect_uri": back,
        "scope": "openid email",
        "state": visit.state,
        "nonce": visit.nonce,
        "code_challenge": create_s256_code_challenge(visit.verifier),
        "code_challenge_method": "S256",
    }
    return str(prepare_grant_uri(door, settings.oidc_client_id, "code", **asked)), keyring().seal(json.dumps(asdict(visit))).decode()


def returned(sealed: str, state: str) -> Visit:
    """The visit that this browser began, a short while ago."""
    try:
        visit = Visit(**json.loads(keyring().open(sealed.encode())))
    except (InvalidToken, ValueError, TypeError):
        raise SignInRefused("state") from None
    if not hmac.compare_digest(visit.state.encode(), state.encode()) or time.time() - visit.at > VISIT_LIVES:
        raise SignInRefused("state")
    return visit


async def vouched(settings: Settings, back: str, visit: Visit, code: str) -> Vouched:
    """Hand in the code, and read the token got for it, which must be signed by the service, for us, for this visit, and fresh."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": visit.verifier}
    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else ""
    form |= {"client_id": settings.oidc_client_id or ""} | ({"client_secret": secret} if secret else {})
    try:
        async with _client() as client:
            metadata = await _metadata(settings, client)
            answer = await client.post(metadata["token_endpoint"], data=form)
            if answer.status_code == httpx.codes.BAD_REQUEST:
                raise SignInRefused("token")  # the code was used before, or is not for us
            token = answer.raise_for_status().json()["id_token"]
            keys = KeySet.import_key_set((await client.get(metadata["jwks_uri"])).raise_for_status().json())
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        raise SignInRefused("unreachable") from None
    return _read(token, keys, issuer=str(metadata["issuer"]), audience=settings.oidc_client_id or "", nonce=visit.nonce)


def _read(token: str, keys: KeySet, *, issuer: str, audience: str, nonce: str) -> Vouched:
    try:
        found = jwt.decode(token, keys, algorithms=ALGORITHMS)
        options = {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": audience}}
        claims = CodeIDToken(found.claims, found.header, options, {"nonce": nonce, "client_id": audience})
        claims.validate(leeway=CLOCKS)
    except (JoseError, ValueError, TypeError):
        raise SignInRefused("token") from None
    email = str(claims.get("email") or "").strip().casefold() if claims.get("email_verified") is True else ""
    strong = bool(STRONG.intersection(claims.get("amr") or ()))
    return Vouched(subject=f"{issuer} {claims['sub']}", email=email, strong=strong)


async def member_for(session: AsyncSession, found: Vouched) -> Member:
    """The member it is: known by subject or, the first time, by verified e-mail. Nobody is made."""
    member = await session.scalar(select(Member).where(Member.oidc_subject == found.subject))
    if member is None and not found.email:
        raise SignInRefused("email")
    if member is None:
        first = update(Member).where(Member.email == found.email, Member.oidc_subject.is_(None)).values(oidc_subject=found.subject)
        member = await session.scalar(first.returning(Member))
    if member is None or member.disabled_at:
        raise SignInRefused("unknown")
    return member
