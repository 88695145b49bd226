"""Sending an e-mail to a member of staff, where a place has set up a mail server. No address and no word of a mail enters an error or the log.

MailError
├── ServerSilent       no answer, or "not now"       try again
└── ServerRefused      it will not take this         ask who runs it
"""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from bot.errors import HomewardError
from bot.settings import Settings

WITHIN = 20.0  #: seconds for each answer of the server
PORTS = {"smtp": 587, "smtps": 465}
HERE = frozenset({"localhost", "127.0.0.1", "::1"})  #: a server on this machine may be spoken to without TLS


class MailError(HomewardError):
    """The mail was not sent."""

    retry = False


class ServerSilent(MailError):
    """The mail server does not answer now; trying again may help."""

    retry = True


class ServerRefused(MailError):
    """The mail server does not take this: its password, its certificate, its rules."""


async def send(settings: Settings, to: str, subject: str, text: str, trust: ssl.SSLContext | None = None) -> None:
    """Hand one mail to the server. Raises a MailError, which says whether trying again may help."""
    assert settings.mail_url
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = settings.mail_from, to, subject
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain="homeward.invalid")
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    await asyncio.to_thread(_hand_over, settings.mail_url.get_secret_value(), mail, trust or ssl.create_default_context())


def _hand_over(url: str, mail: EmailMessage, trust: ssl.SSLContext) -> None:
    # What libraries say of a failure may hold an address: only its kind is passed on.
    try:
        _speak(url, mail, trust)
    except (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError):
        raise ServerSilent from None
    except smtplib.SMTPResponseException as error:
        raise (ServerSilent if 400 <= error.smtp_code < 500 else ServerRefused) from None
    except smtplib.SMTPRecipientsRefused as error:
        later = all(400 <= code < 500 for code, _ in error.recipients.values())
        raise (ServerSilent if later else ServerRefused) from None
    except (smtplib.SMTPException, ssl.SSLError, ValueError):
        raise ServerRefused from None
    except OSError:
        raise ServerSilent from None


def _speak(url: str, mail: EmailMessage, trust: ssl.SSLContext) -> None:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    with (
        smtplib.SMTP_SSL(host, port, timeout=WITHIN, context=trust) if parts.scheme == "smtps" else smtplib.SMTP(host, port, timeout=WITHIN) as server
    ):
        if parts.scheme == "smtp":
            _go_under_cover(server, host, trust)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(mail)


def _go_under_cover(server: smtplib.SMTP, host: str, trust: ssl.SSLContext) -> None:
    """STARTTLS wherever it is offered; another machine that does not offer it is sent nothing."""
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=trust)
        server.ehlo()
    elif host not in HERE:
        raise ServerRefused
