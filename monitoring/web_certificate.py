"""The web certificate: what somebody who calls the counter over TLS is shown, and until when it holds."""

import asyncio
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

SECONDS = 3.0  # for the handshake
_HTTPS = 443


@dataclass(frozen=True, slots=True)
class WebCertificate:
    """What the handshake came to: until when the certificate holds, or why it does not."""

    until: datetime | None
    wrong: str = ""  # one line


async def shown(address: str | None, trusted: ssl.SSLContext | None = None) -> WebCertificate | None:
    """Return the certificate shown at an address, checked as a browser checks it; None where nothing speaks TLS there.

    Arguments: the public address, and whom to trust (the machine's authorities where nothing is said).
    """
    where = urlsplit(address or "")
    if where.scheme != "https" or not where.hostname:
        return None
    try:
        async with asyncio.timeout(SECONDS):
            _, writer = await asyncio.open_connection(
                where.hostname, where.port or _HTTPS, ssl=trusted or ssl.create_default_context()
            )
    except ssl.SSLCertVerificationError as error:
        return WebCertificate(None, error.verify_message)
    except (OSError, TimeoutError) as error:
        return WebCertificate(None, f"no TLS answer ({type(error).__name__})")
    try:
        return WebCertificate(_until(writer.get_extra_info("peercert")))
    finally:
        writer.close()


def _until(certificate: dict[str, str]) -> datetime:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
