"""A real mail server on a free port, which keeps what it is given, can want TLS and a password, and can refuse."""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.messengers import free_port

NAME, PASSWORD = "homeward@mail", "a password: with signs/"


@dataclass
class Mailbox:
    """What arrived, and how the server answers."""

    port: int = field(default_factory=free_port)
    answer: str = ""  #: instead of taking a mail
    mails: list[EmailMessage] = field(default_factory=list)
    covered: list[bool] = field(default_factory=list)  #: of each mail, whether it came through TLS
    names: list[str] = field(default_factory=list)  #: of those who gave the right password

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  (the server's name for it)
        if self.answer:
            return self.answer
        self.mails.append(message_from_bytes(envelope.content or b"", policy=policy.default))  # type: ignore[arg-type]
        self.covered.append(session.ssl is not None)
        return "250 OK"

    def let_in(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
        right = isinstance(given, LoginPassword) and (given.login, given.password) == (NAME.encode(), PASSWORD.encode())
        if right:
            self.names.append(NAME)
        return AuthResult(success=right, handled=False)


@contextmanager
def mail_server(tls: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """With `tls`, it offers STARTTLS, wants it, and wants a password after it."""
    found = Mailbox()
    more: dict[str, Any] = {"tls_context": tls, "require_starttls": True, "authenticator": found.let_in, "auth_required": True} if tls else {}
    server = Controller(found, hostname="127.0.0.1", port=found.port, **more)
    server.start()
    try:
        yield found
    finally:
        server.stop()


def certificate(folder: Path, host: str = "localhost") -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's side and that of a client who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    today = dt.datetime.now(dt.UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    built = built.not_valid_before(today - dt.timedelta(days=1)).not_valid_after(today + dt.timedelta(days=1))
    built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    signed = built.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    pem, secret = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    secret.write_bytes(key.private_bytes(*form))
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(pem, secret)
    return ours, ssl.create_default_context(cafile=str(pem))
