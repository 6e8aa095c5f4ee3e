"""A letter: one notice as plain text, with nothing of hers in it but the number and where it is sent."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from textwrap import fill
from typing import Any

from core.domain.notice import COMPLAINT
from core.domain.number import grouped
from core.domain.work import WorkKey

WORDS = Path(__file__).parent / "words.toml"
WIDTH = 72  # characters a line (RFC 3676)


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes to one address. `name` is the same for each try, so that a mail server or a reader knows a repeat."""

    name: str
    to: str
    subject: str
    text: str
    at: datetime

    def message(self, sender: str) -> EmailMessage:
        """Return it as mail programs write it (RFC 5322)."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, self.to, self.subject
        message["Date"] = format_datetime(self.at)
        message["Message-ID"] = f"<{self.name}@approdo>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine answers a machine
        message["Content-Language"] = "it"
        message.set_content(self.text)
        return message


def letter_about(topic: str, to: str, number: str, key: WorkKey, at: datetime, pages: str) -> Letter:
    """Return the letter on one topic (core.domain.notice); `pages`: where her pages are."""
    words = known()
    said: dict[str, str] = words[topic]
    subject = f"{grouped(number)}: {said['subject']}" if number else said["subject"]
    name = sha256(f"{key.draft_id} {key.cause}".encode()).hexdigest()[:32]
    lines = _to_the_office(words, said, number) if topic == COMPLAINT else _to_her(words, said, number, pages)
    return Letter(name, to, f"Bonus mamme, {subject}", "\n\n".join(map(_filled, lines)) + "\n", at)


def _to_her(words: dict[str, Any], said: dict[str, str], number: str, pages: str) -> list[str]:
    page = words["page"].format(link=f"{pages.rstrip('/')}/riprendi?torna=stato")
    title = words["number"].format(number=grouped(number))
    return [words["greeting"], said["said"], title, page, words["refusable"], words["careful"]]


def _to_the_office(words: dict[str, Any], said: dict[str, str], number: str) -> list[str]:
    return [said["said"], words["number"].format(number=grouped(number))] if number else [said["said"]]


def _filled(paragraph: str) -> str:
    return "\n".join(
        fill(line, WIDTH, break_long_words=False, break_on_hyphens=False) for line in paragraph.split("\n")
    )


@cache
def known() -> dict[str, Any]:
    """Return the words of all letters, by topic."""
    return tomllib.loads(WORDS.read_text("utf-8"))
