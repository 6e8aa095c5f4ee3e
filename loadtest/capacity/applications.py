"""applications: requests without end, as people make them: each files one application, step by step, many at once."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

from loadtest.bench.asker import head, whole
from loadtest.bench.drafts import PROGRAMME
from loadtest.bench.line import Answer
from loadtest.bench.people import tax_code
from loadtest.bench.sections import CASES, NAMES, written

#: One application: six sections saved, one of them corrected three times, her draft looked at, her status asked for.
#: People make 15 to 30 requests for one (six steps of loading, saving and checking each); these are 15.
STEPS = (
    *("draft", "applicant", "children", "applicant", "look", "work", "applicant", "income", "look", "payment"),
    *("declarations", "applicant", "look", "file", "standing"),
)
PER_FILING = len(STEPS)
BORN = "1980-01-03"  # the birth date in every code of loadtest/bench/people.py
FINE = frozenset({200, 201, 202, 303})

Case = Mapping[str, Any]


class Application:
    """One person and her draft."""

    def __init__(self, number: int, case: Case, key: UUID) -> None:
        """Take her number, what she fills in, and the key under which she files."""
        self._case = {**case, "applicant": {**case["applicant"], "tax_code": tax_code(number), "birth_date": BORN}}
        self._key, self._revisions = key, dict[str, int]()
        self._draft = self._token = self._number = ""
        self.step = 0

    @property
    def doing(self) -> str:
        """The step she is at."""
        return STEPS[self.step]

    def request(self) -> bytes:
        """Return what she sends now."""
        doing, path = self.doing, f"/v1/drafts/{self._draft}"
        if doing == "draft":
            body = json.dumps({"programme": PROGRAMME, "channel": "web"}).encode()
            return whole(head("POST", "/v1/drafts"), b"x-step: draft", body)
        if doing == "look":
            return whole(head("GET", path, self._token), b"x-step: look", b"")
        if doing == "standing":
            return whole(head("GET", f"/v1/submissions/{self._number}", self._token), b"x-step: standing", b"")
        if doing == "file":
            body = json.dumps({"sections": self._revisions}).encode()
            return whole(
                head("POST", f"{path}/submission", self._token), f"idempotency-key: {self._key}".encode(), body
            )
        revision = self._revisions.get(doing)
        seen = b"if-none-match: *" if revision is None else b'if-match: "%d"' % revision
        content = self._case[doing] if revision is None else _corrected(self._case[doing], revision)
        return whole(head("PUT", f"{path}/sections/{doing}", self._token), seen, written(content))

    def heard(self, answer: Answer) -> bool:
        """Take an answer in; return whether she goes on."""
        if answer.status not in FINE:
            return False
        if self.doing == "draft":
            said = json.loads(answer.body)
            self._draft, self._token = said["draft_id"], said["access_token"]
        elif self.doing == "file":
            self._number = json.loads(answer.body)["number"]
        elif self.doing in NAMES:
            self._revisions[self.doing] = self._revisions.get(self.doing, 0) + 1
        self.step += 1
        return self.step < PER_FILING


class Applications:
    """So many people at once, each at some step of hers; whoever has filed or was refused makes room for another."""

    def __init__(self, random: Random, first: int = 1, at_once: int = 60) -> None:
        """Take where chance comes from, the number of the first person, and how many are under way."""
        self._random, self._waiting, self._room = random, list[Application](), at_once
        self._cases, self._people = plain_cases(), count(first)
        self.answers: Counter[int] = Counter()  # by status
        self.filed = 0

    def ask(self) -> tuple[object, bytes]:
        """Return the next request."""
        one = self._somebody() if self._waiting and self._room <= 0 else self._somebody_new()
        return one, one.request()

    def answered(self, about: object, answer: Answer) -> None:
        """Note an answer."""
        assert isinstance(about, Application)
        self.answers[answer.status] += 1
        self.filed += about.doing == "file" and answer.status in FINE
        if about.heard(answer):
            self._waiting.append(about)
        else:
            self._room += 1

    @property
    def refused(self) -> int:
        """How many answers were no."""
        return self.answers.total() - sum(self.answers[status] for status in FINE)

    def _somebody(self) -> Application:
        place = self._random.randrange(len(self._waiting))
        self._waiting[place], self._waiting[-1] = self._waiting[-1], self._waiting[place]
        return self._waiting.pop()

    def _somebody_new(self) -> Application:
        self._room -= 1
        number = next(self._people)
        key = UUID(int=self._random.getrandbits(128), version=4)
        return Application(number, self._cases[number % len(self._cases)], key)


def plain_cases() -> Sequence[Case]:
    """Return the golden cases that need no scene: whoever files them is decided at once."""
    return [case for case in json.loads(CASES.read_text()) if _is_plain(case)]


def _is_plain(case: Case) -> bool:
    return not case["standins"] and "first" not in case and "amount" in case["expected"] and _has_all(case)


def _has_all(case: Case) -> bool:
    return all(name in case for name in NAMES)


def _corrected(applicant: Mapping[str, Any], times: int) -> Mapping[str, Any]:
    """Return the same person at an address that is written otherwise."""
    return {**applicant, "address": f"{applicant['address']}, interno {times}"}
