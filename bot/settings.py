"""Everything that differs between two places where Homeward runs, read once from the environment."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, HttpUrl, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError


class Settings(BaseSettings):
    """All settings; each is documented in the README, which a test holds."""

    model_config = SettingsConfigDict(env_prefix="HOMEWARD_", frozen=True, env_ignore_empty=True)

    database_url: SecretStr | None = None  #: as libpq reads it; unset: an embedded PostgreSQL is started in the data folder
    data_dir: Path = Path("data")
    content_dir: Path = Path("content")
    training_dir: Path = Path(__file__).parents[1] / "nlu" / "data"  #: the training sentences; what models are measured with lies beside it
    public_url: HttpUrl | None = None  #: as messengers see us; Twilio signs with it
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    organisation: str = "Homeward"  #: named in the notice at first contact

    telegram_token: SecretStr | None = None
    telegram_secret: SecretStr | None = None  #: unset: made from the token, so that the webhook is never open
    telegram_api_url: str = "https://api.telegram.org"

    twilio_account_sid: str | None = None
    twilio_auth_token: SecretStr | None = None
    whatsapp_from: str | None = None  #: for example whatsapp:+14155238886
    twilio_api_url: str | None = None  #: unset: the real addresses

    nlu_engine: Literal["embedded", "rasa"] = "embedded"
    rasa_url: HttpUrl = HttpUrl("http://127.0.0.1:5005")
    rasa_token: SecretStr | None = None  #: what the Rasa server wants to be told

    translate_url: HttpUrl | None = None  #: of an engine that speaks as LibreTranslate does; unset: no page speaks of translation
    translate_key: SecretStr | None = None
    oidc_issuer: str | None = None  #: the organisation's own sign-in service (OpenID Connect); members may then sign in there too
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_name: str = ""  #: what the button says; unset: the host of the issuer

    mail_url: SecretStr | None = None  #: of a mail server, by which owners are reminded; unset: only the console reminds them
    mail_from: str = ""

    secret_keys: SecretStr | None = None  #: comma-separated, newest first; unset: kept in the data folder
    keep_days: int = Field(default=90, ge=1, le=3650)  #: after so many silent days a conversation is forgotten
    log_format: Literal["console", "json"] = "console"

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("begins with postgresql://; Homeward runs on PostgreSQL alone")
        return value

    @field_validator("mail_url")
    @classmethod
    def _is_a_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        try:
            url = urlsplit(value.get_secret_value()) if value else None
            right = url is None or (url.scheme in ("smtp", "smtps") and bool(url.hostname) and (url.port or 1) > 0)
        except ValueError:
            right = False
        if not right:
            raise ValueError("is an address such as smtp://user:password@mail.example.org:587 or smtps://…")
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _is_an_issuer(cls, value: str | None) -> str | None:
        url = urlsplit(value or "https://unset")
        if not url.hostname or not (url.scheme == "https" or (url.scheme == "http" and url.hostname in ("127.0.0.1", "localhost"))):
            raise ValueError("begins with https://; only a service on this machine may be asked without")
        return value

    @field_validator("data_dir")
    @classmethod
    def _is_a_folder(cls, value: Path) -> Path:
        nearest = next(path for path in (value.absolute(), *value.absolute().parents) if path.exists())
        if not nearest.is_dir():
            raise ValueError(f"no folder can be made there, because {nearest} is a file")
        return value

    @field_validator("secret_keys")
    @classmethod
    def _names_a_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not _listed(value.get_secret_value()):
            raise ValueError("names no key")
        return value

    @property
    def telegram_webhook_secret(self) -> str:
        """What Telegram must send back in its header: the one set, or one made from the token."""
        if self.telegram_secret:
            return self.telegram_secret.get_secret_value()
        if self.telegram_token:
            import hashlib

            return hashlib.sha256(b"webhook:" + self.telegram_token.get_secret_value().encode()).hexdigest()
        return ""

    @property
    def whatsapp_is_set(self) -> bool:
        return bool(self.twilio_account_sid and self.twilio_auth_token and self.whatsapp_from)

    @property
    def mail_is_set(self) -> bool:
        return bool(self.mail_url and self.mail_from)

    @property
    def oidc_is_set(self) -> bool:
        return bool(self.oidc_issuer and self.oidc_client_id)

    def keys(self) -> list[str]:
        """The encryption keys, newest first; made and kept in the data folder when none is set."""
        if self.secret_keys:
            return _listed(self.secret_keys.get_secret_value())
        path = self.data_dir / "secret_keys"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(32))
        if not (found := _listed(path.read_text())):
            raise SettingsError(f"{path} holds no key. Put the keys back: without them nothing kept so far can be read.")
        return found


def _listed(keys: str) -> list[str]:
    return [key.strip() for key in keys.split(",") if key.strip()]
