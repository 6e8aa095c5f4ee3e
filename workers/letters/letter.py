"""A letter: one notice as plain text, with nothing of hers in it but the number and where it is sent."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from textwrap import fill

from core.domain.notice import COMPLAINT
from core.domain.number import grouped
from core.domain.work import WorkKey
from core.pages.languages import ITALIAN
from workers.letters.words import Words, words_in

WIDTH = 72  # characters a line (RFC 3676)


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes to one address. `name` is the same for each try, so that a mail server or a reader knows a repeat."""

    name: str
    to: str
    subject: str
    text: str
    at: datetime
    language: str = ITALIAN

    def message(self, sender: str) -> EmailMessage:
        """Return it as mail programs write it (RFC 5322)."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, self.to, self.subject
        message["Date"] = format_datetime(self.at)
        message["Message-ID"] = f"<{self.name}@approdo>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine answers a machine
        message.set_content(self.text)
        message["Content-Language"] = self.language  # after the content, which takes all that is said of one away
        return message


@dataclass(frozen=True, slots=True)
class About:
    """What a letter tells of: a topic (core.domain.notice) and an application, where there is one."""

    topic: str
    key: WorkKey
    number: str
    trial: bool = False  # filed while the civil clock was shifted


def letter_about(about: About, to: str, language: str, at: datetime, pages: str) -> Letter:
    """Return the letter on one thing that happened, in a language; `pages`: where her pages are.

    The office is written to in Italian, whatever the language of her who complains.
    """
    for_office = about.topic == COMPLAINT
    words = words_in(ITALIAN if for_office else language)
    subject = words.of(about.topic, "subject")
    if about.number:
        subject = f"{grouped(about.number)}: {subject}"
    lines = _to_the_office(words, about) if for_office else _to_her(words, about, pages)
    text = "\n\n".join(map(_filled, lines)) + "\n"
    return Letter(_name(about.key), to, words.common("subject").format(subject=subject), text, at, words.language)


def _name(key: WorkKey) -> str:
    return sha256(f"{key.draft_id} {key.cause}".encode()).hexdigest()[:32]


def _to_her(words: Words, about: About, pages: str) -> list[str]:
    page = words.common("page").format(link=f"{pages.rstrip('/')}/riprendi?torna=stato")
    trial = [words.common("trial")] if about.trial else []
    said = [words.common("greeting"), *trial, words.of(about.topic, "said"), _number(words, about), page]
    return [*said, words.common("refusable"), words.common("careful")]


def _to_the_office(words: Words, about: About) -> list[str]:
    said = words.of(about.topic, "said")
    return [said, _number(words, about)] if about.number else [said]


def _number(words: Words, about: About) -> str:
    return words.common("number").format(number=grouped(about.number))


def _filled(paragraph: str) -> str:
    return "\n".join(
        fill(line, WIDTH, break_long_words=False, break_on_hyphens=False) for line in paragraph.split("\n")
    )
