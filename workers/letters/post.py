"""The post: the ways a letter can go: to a mail server, or into a folder where developers read it."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import aiosmtplib

from core.settings import MailTls, SettingsError
from retry.failure import Busy, Permanent, Transient
from retry.gate import Gate
from workers.letters.letter import Letter

SECONDS = 10.0  # for a letter on its way, connecting included
MOST_WAITING = 20  # letters that wait for the line; more are put off, so that decisions keep their places
PUT_OFF = timedelta(seconds=2)
REFUSED_FOR_GOOD = 500  # replies of a mail server from here on are final (RFC 5321, section 4.2.1)


class Post(Protocol):
    """Where letters are handed in."""

    async def send(self, letter: Letter) -> None:
        """Return once the letter is accepted. Errors: a Failure; Permanent where this address is refused for good."""


class Nowhere:
    """No mail is set up here. Nothing is written that would be sent, unless it was written where there was one."""

    async def send(self, letter: Letter) -> None:  # noqa: ARG002  there is nowhere to send it
        """Put it off."""
        raise Transient("no-mail-server")


class Folder:
    """Development: letters are files that any mail program opens; a letter sent twice is one file."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder, self._sender = folder, sender

    async def send(self, letter: Letter) -> None:
        """Write it down whole, or not at all."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            half = self._folder / f".{letter.name}.{os.getpid()}"
            half.write_bytes(bytes(letter.message(self._sender)))
            half.replace(self._folder / f"{letter.name}.eml")
        except OSError:
            raise Transient("folder") from None


class MailServer:
    """A mail server, spoken to over one line at a time (RFC 5321), which is kept as long as it holds."""

    def __init__(self, line: "Line", sender: str, gate: Gate) -> None:
        self._line, self._sender, self._gate = line, sender, gate
        self._turn, self._waiting = asyncio.Lock(), 0

    async def send(self, letter: Letter) -> None:
        """Send it when the line is free; a failing server is left alone for a while."""
        if self._waiting >= MOST_WAITING:
            raise Busy("mail-line", PUT_OFF)
        self._waiting += 1
        try:
            async with self._turn:
                with self._gate.call(1):
                    await self._sent(letter)
        finally:
            self._waiting -= 1

    async def _sent(self, letter: Letter) -> None:
        try:
            async with asyncio.timeout(SECONDS):
                await self._line.send(letter, self._sender)
        except aiosmtplib.SMTPRecipientsRefused as refused:
            await self._line.close()
            final = all(one.code >= REFUSED_FOR_GOOD for one in refused.recipients)
            raise (Permanent if final else Transient)("address-refused") from None
        except aiosmtplib.SMTPResponseException as answered:
            await self._line.close()
            raise Transient(f"mail-server-{answered.code}") from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            await self._line.close()
            raise Transient("mail-server-away") from None


class Line:
    """One connection to a mail server, opened when it is needed."""

    def __init__(self, host: str, port: int, tls: MailTls, user: str | None, password_file: Path | None) -> None:
        self._host, self._port, self._tls = host, port, tls
        self._user, self._password_file = user, password_file
        self._open: aiosmtplib.SMTP | None = None

    async def send(self, letter: Letter, sender: str) -> None:
        """Hand a letter over. Errors: those of aiosmtplib, OSError."""
        if self._open is None or not self._open.is_connected:
            self._open = await self._connect()
        await self._open.send_message(letter.message(sender))

    async def _connect(self) -> aiosmtplib.SMTP:
        server = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            timeout=SECONDS,
            use_tls=self._tls is MailTls.TLS,
            start_tls=self._tls is MailTls.STARTTLS,
        )
        await server.connect()
        if self._user and self._password_file:
            await server.login(self._user, self._password_file.read_text("utf-8").strip())
        return server

    async def close(self) -> None:
        """Hang up, whatever the other side makes of it."""
        server, self._open = self._open, None
        if server is not None:
            with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                server.close()


@asynccontextmanager
async def closing(line: Line) -> AsyncIterator[Line]:
    """Hang up at the end."""
    try:
        yield line
    finally:
        await line.close()


def must_be_readable(password_file: Path | None) -> None:
    """Check at start what would otherwise be found out with the first letter. Errors: SettingsError."""
    if password_file is not None and not os.access(password_file, os.R_OK):
        raise SettingsError("APPRODO_MAIL_PASSWORD_FILE cannot be read")
