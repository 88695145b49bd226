"""Mails to a real server: handed over under TLS and with a password, and every way in which that can fail."""

from pathlib import Path
from urllib.parse import quote

import pytest
from pydantic import SecretStr

from bot.mail import MailError, ServerRefused, ServerSilent, send
from bot.settings import Settings
from tests.mail_server import NAME, PASSWORD, certificate, mail_server

TO = "sara@example.org"


def settings(port: int, who: str = "", host: str = "localhost") -> Settings:
    return Settings(mail_url=SecretStr(f"smtp://{who}{host}:{port}"), mail_from="Homeward <homeward@example.org>")


async def test_a_mail_arrives_as_it_was_written() -> None:
    with mail_server() as box:
        await send(settings(box.port), TO, "Факты", "ساعات\nde_fee: 2027")
    [mail] = box.mails
    assert (mail["To"], mail["From"], mail["Subject"]) == (TO, "Homeward <homeward@example.org>", "Факты")
    assert mail.get_content().splitlines() == ["ساعات", "de_fee: 2027"]
    assert mail["Auto-Submitted"] == "auto-generated"


async def test_starttls_comes_before_the_password(tmp_path: Path) -> None:
    ours, theirs = certificate(tmp_path)
    who = f"{quote(NAME, safe='')}:{quote(PASSWORD, safe='')}@"
    with mail_server(ours) as box:
        await send(settings(box.port, who), TO, "x", "y", theirs)
        assert (box.names, box.covered) == ([NAME], [True])
        with pytest.raises(ServerRefused):
            await send(settings(box.port, "somebody:wrong@"), TO, "x", "y", theirs)
        with pytest.raises(ServerRefused):  # a certificate that nobody vouches for
            await send(settings(box.port, who), TO, "x", "y")
    assert len(box.mails) == 1


@pytest.mark.parametrize(("answer", "error"), [("451 Try later", ServerSilent), ("550 No such sara@example.org", ServerRefused)])
async def test_what_the_server_says_decides_whether_to_try_again(answer: str, error: type[MailError]) -> None:
    with mail_server() as box:
        box.answer = answer
        with pytest.raises(error) as caught:
            await send(settings(box.port), TO, "x", "y")
    assert TO not in f"{caught.value!r} {caught.value} {caught.value.__cause__}"
    assert caught.value.retry is (error is ServerSilent)


async def test_nobody_there_is_tried_again() -> None:
    with pytest.raises(ServerSilent):
        await send(settings(1), TO, "x", "y")


async def test_another_machine_without_tls_is_sent_nothing() -> None:
    """127.0.0.2 is this machine too, but nobody would know by its name."""
    with mail_server() as box:
        with pytest.raises((ServerRefused, ServerSilent)):
            await send(settings(box.port, host="127.0.0.2"), TO, "x", "y")
        assert box.mails == []
