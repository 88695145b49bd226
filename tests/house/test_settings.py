"""Every setting is documented, and a wrong one is answered by a sentence that names it."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.db import address
from bot.errors import SettingsError
from bot.settings import Settings

ROOT = Path(__file__).parents[2]


def test_every_setting_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in Settings.model_fields if f"`HOMEWARD_{name.upper()}`" not in readme] == []


def test_every_setting_that_the_readme_and_the_images_name_exists() -> None:
    for name in ("README.md", "compose.yaml", ".env.example"):
        words = (ROOT / name).read_text("utf-8").replace("`", " ").replace("=", " ").replace(":", " ").replace("{", " ").split()
        named = {word.strip(",.;()") for word in words if word.startswith("HOMEWARD_") and word != "HOMEWARD_"}
        assert {setting for setting in named if setting.removeprefix("HOMEWARD_").lower() not in Settings.model_fields} == set(), name


async def homeward(*arguments: str, **settings: str) -> tuple[int, str]:
    """Exit status and complaint of the real command."""
    environment = {**os.environ, **{f"HOMEWARD_{name}": value for name, value in settings.items()}}
    command = Path(sys.executable).with_name("homeward")
    process = await asyncio.create_subprocess_exec(
        command, *arguments, env=environment, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    _, complaint = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, complaint.decode()


WRONG = {
    "PORT": "many",
    "DATABASE_URL": "mysql://somebody:secret-word@somewhere/homeward",
    "PUBLIC_URL": "here",
    "NLU_ENGINE": "oracle",
    "RASA_URL": "there",
    "KEEP_DAYS": "0",
    "OIDC_ISSUER": "http://elsewhere.example",
    "LOG_FORMAT": "paper",
    "MAIL_URL": "http://somebody:secret-word@mail.example",
    "DATA_DIR": "/dev/null/data",
    "SECRET_KEYS": " , ",
}
#: settings, command → what the sentence says
LATER: list[tuple[dict[str, str], tuple[str, ...], str]] = [
    ({"DATABASE_URL": "postgresql://somebody:secret-word@127.0.0.1:1/homeward"}, ("migrate",), "HOMEWARD_DATABASE_URL"),
    ({"CONTENT_DIR": "/nowhere"}, ("content", "lint"), "/nowhere"),
]


async def test_all_wrong_settings_are_named_at_once_and_none_is_shown() -> None:
    status, complaint = await homeward("doctor", **WRONG)
    assert status == 1
    assert [name for name in WRONG if f"HOMEWARD_{name}:" not in complaint] == []
    assert "Traceback" not in complaint
    assert "secret-word" not in complaint


async def test_what_proves_wrong_later_is_a_sentence_too() -> None:
    told = await asyncio.gather(*(homeward(*command, **settings) for settings, command, _ in LATER))
    for (status, complaint), (_, _, says) in zip(told, LATER, strict=True):
        assert status == 1
        assert says in complaint
        assert len(complaint.strip().splitlines()) == 1
        assert "secret-word" not in complaint


def test_an_address_that_cannot_be_read_is_not_shown() -> None:
    with pytest.raises(SettingsError) as caught:
        address(Settings(database_url=SecretStr("postgresql://somebody:secret-word@[homeward")))
    assert "secret-word" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_webhook_of_telegram_is_never_open() -> None:
    made = Settings(telegram_token=SecretStr("1:a")).telegram_webhook_secret
    assert len(made) == 64
    assert Settings(telegram_token=SecretStr("1:b")).telegram_webhook_secret != made
    assert Settings(telegram_token=SecretStr("1:a"), telegram_secret=SecretStr("ours")).telegram_webhook_secret == "ours"


def test_keys_are_made_once_and_only_we_may_read_them(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new")
    [key] = settings.keys()
    assert len(key) >= 40
    assert settings.keys() == [key]
    assert (tmp_path / "new" / "secret_keys").stat().st_mode & 0o077 == 0


def test_keys_are_read_newest_first(tmp_path: Path) -> None:
    assert Settings(data_dir=tmp_path, secret_keys=SecretStr("new, old,")).keys() == ["new", "old"]
    assert list(tmp_path.iterdir()) == []


def test_a_lost_key_is_not_replaced_in_silence(tmp_path: Path) -> None:
    (tmp_path / "secret_keys").write_text("\n")
    with pytest.raises(SettingsError, match="holds no key"):
        Settings(data_dir=tmp_path).keys()


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    settings = Settings(
        telegram_token=SecretStr("1:secret-word"),
        telegram_secret=SecretStr("secret-word"),
        twilio_auth_token=SecretStr("secret-word"),
        secret_keys=SecretStr("secret-word"),
        database_url=SecretStr("postgresql://a:secret-word@b/c"),
    )
    assert "secret-word" not in f"{settings!r} {settings}"


def test_lock_files_carry_hashes_and_no_address() -> None:
    for path in (ROOT / "requirements.lock", ROOT / "nlu" / "rasa" / "requirements.lock"):
        text = path.read_text("utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text
