"""TLS to a service: its name is asked for and proved, though the address was pinned."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from engine.connectors.connector import NotSent
from engine.connectors.line import Line


class Bank:
    """A TLS server on loopback that calls itself ``bank.example``."""

    def __init__(self, certificate: Path) -> None:
        self.asked_for: list[str | None] = []
        self.heard: list[bytes] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        context.sni_callback = lambda _, name, __: self.asked_for.append(name)
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._thread.join(60)
        self._listener.close()

    def _serve(self) -> None:
        plain, _ = self._listener.accept()
        with plain:
            try:
                with self._context.wrap_socket(plain, server_side=True) as line:
                    self.heard.append(line.recv(65536))
                    line.sendall(b"HTTP/1.1 204 No\r\n\r\n")
            except (ssl.SSLError, ConnectionError):
                pass  # whom the certificate did not convince


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of ``bank.example`` that vouches for itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bank.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("bank.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = tmp_path / "bank.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return file


@pytest.fixture
def bank(certificate: Path) -> Iterator[Bank]:
    opened = Bank(certificate)
    yield opened
    opened.close()


def _line(host: str, port: int) -> Line:
    loopback = str(ipaddress.ip_address("127.0.0.1"))
    return Line(f"https://{host}:{port}", ("127.0.0.0/8",), lambda *_: [loopback], 2.0)


def test_a_service_is_asked_for_by_its_name_at_the_address_that_was_looked_at(
    bank, certificate, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    answer = _line("bank.example", bank.port).exchange("GET", "/", {}, None)

    assert (answer.status, bank.asked_for) == (204, ["bank.example"])
    assert f"Host: bank.example:{bank.port}".encode() in bank.heard[0]


def test_a_service_that_proves_another_name_hears_nothing(bank, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    with pytest.raises(NotSent):
        _line("other.example", bank.port).exchange("GET", "/", {}, None)

    assert bank.heard == []


def test_a_certificate_nobody_vouches_for_is_refused(bank):
    with pytest.raises(NotSent):
        _line("bank.example", bank.port).exchange("GET", "/", {}, None)

    assert bank.heard == []
