"""The certificate at the edge, met with a real handshake: one that holds, one nobody vouches for, and none at all."""

import asyncio
import ssl
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from monitoring import web_certificate

NOW = datetime.now(UTC).replace(microsecond=0)
UNTIL = NOW + timedelta(days=20)


@pytest.fixture
def made(tmp_path):
    """Make a certificate for this machine that vouches for itself; return its file and its key's."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), NOW, UNTIL)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=True)
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "edge.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "edge.key").write_bytes(secret)
    return tmp_path / "edge.pem", tmp_path / "edge.key"


@asynccontextmanager
async def edge(certificate, key):
    """Something that speaks TLS; gives its address."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_what_holds_says_until_when(made):
    """To the second, as the certificate does."""
    async with edge(*made) as address:
        shown = await web_certificate.shown(address, ssl.create_default_context(cafile=made[0]))

    assert (UNTIL, "") == (shown.until, shown.wrong)


async def test_what_nobody_vouches_for_does_not_hold(made):
    """A browser would stop there, and so do we."""
    async with edge(*made) as address:
        shown = await web_certificate.shown(address)

    assert shown.until is None
    assert "self-signed" in shown.wrong.replace("self signed", "self-signed")


async def test_nobody_there_is_said():
    """Neither is it passed over."""
    shown = await web_certificate.shown("https://127.0.0.1:1")

    assert (None, True) == (shown.until, bool(shown.wrong))


@pytest.mark.parametrize("address", [None, "http://127.0.0.1:8000"])
async def test_plain_http_shows_none(address):
    """There is nothing to look at."""
    assert await web_certificate.shown(address) is None
