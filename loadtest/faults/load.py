"""Load: people who save and file, who repeat what was not answered, and who write down everything they were told."""

import asyncio
import json
from collections.abc import Callable, Mapping
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Final, Self
from uuid import uuid4

import httpx

from loadtest.bench.people import tax_code
from loadtest.digest import canonical, digest
from loadtest.ledger import ACKED, DEFERRED, LOOK, REFUSED, REGISTERED, SHOWN, UNKNOWN, Ledger

SECTIONS: Final = ("applicant", "children", "work", "income", "payment", "declarations")
CASES: Final = (1, 2, 4, 5, 7, 8, 11, 12, 18, 23, 25, 28, 34, 38, 51)  # the last two end on an officer's list
AT_ONCE: Final = 6  # people
THINKS: Final = 0.03  # seconds between two requests of one person: a load to break things under, not to measure
LONGEST_WAIT: Final = 1.0  # seconds; less patient than Retry-After asks, so that the load goes on
HURRIED: Final = 0.05  # seconds
ANSWER: Final = 15.0  # seconds; longer than any deadline of the counter
FINISHES: Final = 90.0  # seconds everybody has to finish what she has begun; none if the block itself failed
_cases_file: Final = Path(__file__).parents[1] / "cases.json"
PEOPLE: Final = count(10_000)  # nobody comes twice

Answer = httpx.Response | None  # None: refused for good


class NotAnswered(Exception):
    """Somebody is still without an answer though all that was broken is whole again."""


class RefusedForGood(AssertionError):
    """A start or a save of this load is never refused for good."""


class Load:
    """Runs while its block runs; at the end everybody finishes what she has begun, so that all is settled.

    `url` may be set to another counter while it runs. Errors at the end: NotAnswered, RefusedForGood.
    """

    def __init__(self, url: str, log: Path, *, at_once: int = AT_ONCE, thinks: float = THINKS) -> None:
        self.url, self._log, self._at_once, self._thinks = url, log, at_once, thinks
        self._over, self._present = False, 0
        self.leaves = False  # at the end nobody finishes what she has begun
        self.hurried = False  # nobody waits before she asks again

    async def __aenter__(self) -> Self:
        self._ledger = Ledger(self._log)
        self._client = httpx.AsyncClient(timeout=ANSWER, trust_env=False)
        self._tasks = [asyncio.create_task(self._one_after_the_other()) for _ in range(self._at_once)]
        return self

    async def __aexit__(self, raised: type[BaseException] | None, *_: object) -> None:
        self._over = True
        try:
            async with asyncio.timeout(0 if raised or self.leaves else FINISHES):
                await asyncio.gather(*self._tasks)
        except TimeoutError:
            if not raised and not self.leaves:
                raise NotAnswered(f"the counter did not answer everybody within {FINISHES:.0f} s") from None
        finally:
            await self._client.aclose()
            self._ledger.close()

    def join(self, people: int) -> None:
        """Let so many more come."""
        self._at_once += people
        self._tasks += [asyncio.create_task(self._one_after_the_other()) for _ in range(people)]

    def look(self, people: int) -> None:
        """Let so many more file, and then look at what they have filed and what became of it, again and again."""
        self._tasks += [asyncio.create_task(self._looks()) for _ in range(people)]

    def leave(self, people: int) -> None:
        """Let so many go, as soon as each has filed."""
        self._at_once -= people

    async def files(self, person: int) -> str:
        """Let one more person file, and return her number."""
        return await self._file(*await self._fill(person, *await self._start()))

    async def begins(self) -> Callable[[], None]:
        """Let one more person start a draft; what is returned lets her go on, and file.

        All the others may be starting one at the same instant: their steps are in time with the commits they share.
        """
        person, (draft_id, headers) = next(PEOPLE), await self._start()

        async def files() -> None:
            await self._file(*await self._fill(person, draft_id, headers))

        return lambda: self._tasks.append(asyncio.create_task(files()))

    async def _one_after_the_other(self) -> None:
        self._present += 1
        try:
            while not self._over and self._present <= self._at_once:
                person = next(PEOPLE)
                rivals = 2 if person % 5 == 0 else 1  # some file twice at once; one of the two must be refused
                started = await asyncio.gather(*(self._start() for _ in range(rivals)))
                drafts = await asyncio.gather(*(self._fill(person, *one) for one in started))
                await asyncio.gather(*(self._file(*draft) for draft in drafts))
        finally:
            self._present -= 1

    async def _looks(self) -> None:
        draft_id, headers, sealed = await self._fill(next(PEOPLE), *await self._start())
        number = await self._file(draft_id, headers, sealed)
        while not self._over:
            await self._look(draft_id, headers)
            await self._look(draft_id, headers, f"/v1/submissions/{number}")
            await asyncio.sleep(self._thinks)

    async def _start(self) -> tuple[str, dict[str, str]]:
        """Start a draft; return its id, and what opens it."""
        key, body = str(uuid4()), {"programme": "bonus-mamme-2025", "channel": "web"}
        intent = self._ledger.intend("draft", key=key)
        started = _taken(await self._ask(intent, "POST", "/v1/drafts", body, {"idempotency-key": key})).json()
        return started["draft_id"], {"authorization": f"Bearer {started['access_token']}"}

    async def _fill(
        self, person: int, draft_id: str, headers: dict[str, str]
    ) -> tuple[str, dict[str, str], dict[str, Any]]:
        """Save every section of a draft, correct one, and read it all back."""
        contents, sealed = contents_of(person), dict[str, Any]()
        for section in (*SECTIONS, "income"):
            base = sealed.get(section, {}).get("revision")
            sealed[section] = await self._save(draft_id, headers, section, base, contents[section])
            contents["income"] = contents["income"] | {"self_employment": "10.00"}
        await self._look(draft_id, headers)
        return draft_id, headers, sealed

    async def _save(
        self, draft_id: str, headers: Mapping[str, str], section: str, base: int | None, content: object
    ) -> dict[str, Any]:
        wanted = digest(draft_id, section, canonical(content))
        intent = self._ledger.intend("save", draft_id=draft_id, section=section, base=base, digest=wanted)
        self._ledger.wrote(draft_id, canonical(content))
        seen = {"if-match": f'"{base}"'} if base else {"if-none-match": "*"}
        path = f"/v1/drafts/{draft_id}/sections/{section}"
        saved = _taken(await self._ask(intent, "PUT", path, content, {**headers, **seen}))
        return {"revision": int(saved.headers["etag"].strip('"')), "digest": wanted}

    async def _look(self, draft_id: str, headers: Mapping[str, str], path: str = "") -> None:
        """Look at a draft, or at what its token opens besides, once."""
        intent = self._ledger.intend(LOOK, draft_id=draft_id)
        request = self._client.build_request("GET", self.url + (path or f"/v1/drafts/{draft_id}"), headers=headers)
        answer, said, took = await self._sent(intent, request)
        if answer is None:
            return
        self._ledger.was_shown(draft_id, answer.content)
        if answer.status_code >= 400:
            outcome, no = _no(answer, said, took)
            self._ledger.heard(intent, outcome, **no)
            return
        self._ledger.heard(intent, SHOWN, took=took)
        for section in said.get("sections", ()) if not path else ():
            self._ledger.saw(draft_id, section["section"], section["revision"])

    async def _file(self, draft_id: str, headers: Mapping[str, str], sealed: dict[str, Any]) -> str:
        """File, and once it is acknowledged ask for the same again: the answer must be the same bytes.

        Returns her number; nothing where she was refused.
        """
        key, number = str(uuid4()), ""
        intent = self._ledger.intend("submission", draft_id=draft_id, key=key, sections=sealed)
        body = {"sections": {name: one["revision"] for name, one in sealed.items()}}
        for _ in range(2):
            path = f"/v1/drafts/{draft_id}/submission"
            answer = await self._ask(intent, "POST", path, body, {**headers, "idempotency-key": key})
            number = str(answer.json().get("number", "")) if answer else ""
        return number

    async def _ask(self, intent: int, method: str, path: str, body: object, headers: Mapping[str, str]) -> Answer:
        """Send the same request until it is answered for good; note every answer, and the want of one."""
        while True:
            request = self._client.build_request(method, self.url + path, json=body, headers=dict(headers))
            wait = await self._tried(intent, request)
            if not isinstance(wait, float):
                await asyncio.sleep(self._thinks)
                return wait
            await asyncio.sleep(wait)

    async def _tried(self, intent: int, request: httpx.Request) -> Answer | float:
        """Return the answer for good, or the seconds to wait before the same is sent again."""
        answer, said, took = await self._sent(intent, request)
        if answer is None:
            return 0.1
        if answer.is_success and "entry" in said:  # a filing is asked for again until it has its number
            self._ledger.heard(intent, REGISTERED, code=REGISTERED, took=took, **_kept(said))
            return answer if "revision" in said else HURRIED
        if answer.is_success:
            self._ledger.heard(intent, ACKED, took=took, **_kept(said))
            return answer
        outcome, no = _no(answer, said, took)
        self._ledger.heard(intent, outcome, **no)
        longest = HURRIED if self.hurried else LONGEST_WAIT
        return None if outcome == REFUSED else min(longest, float(answer.headers.get("retry-after", "0.1")))

    async def _sent(self, intent: int, request: httpx.Request) -> tuple[Answer, dict[str, Any], float]:
        """Return a whole answer, what it says, and the seconds it took; where none came, that is noted."""
        began = asyncio.get_running_loop().time()
        answer, said, why = None, dict[str, Any](), ""
        try:
            answer = await self._client.send(request)
            said = answer.json()
        except (httpx.TransportError, json.JSONDecodeError) as error:
            answer, why = None, type(error).__name__
        took = round(asyncio.get_running_loop().time() - began, 3)
        if answer is None:
            self._ledger.heard(intent, UNKNOWN, why=why, took=took)
        return answer, said, took


@cache
def _cases() -> dict[int, dict[str, Any]]:
    return {each["number"]: each for each in json.loads(_cases_file.read_text())}


def an_employee() -> int:
    """Return somebody new whose case is the first one: every registry is asked about her, and no officer."""
    return next(person for person in PEOPLE if person % len(CASES) == 0)


def contents_of(person: int) -> dict[str, Any]:
    """Return what a person types, section by section: one of the golden cases under a tax code of her own."""
    case = _cases()[CASES[person % len(CASES)]]
    contents = {section: dict(case[section]) for section in SECTIONS}
    contents["applicant"] |= {"tax_code": tax_code(person), "birth_date": "1980-01-03"}
    return contents


def _kept(said: Mapping[str, Any]) -> dict[str, Any]:
    """What of an acknowledgement goes into the log: no token, no problem, nothing she typed."""
    return {
        name: said[name]
        for name in ("draft_id", "number", "revision", "entry", "arrived_at", "filed_at", "receipt")
        if name in said
    }


def _no(answer: httpx.Response, said: Mapping[str, Any], took: float) -> tuple[str, dict[str, Any]]:
    """Return which kind of no an answer is, and what of it goes into the log."""
    final = answer.status_code < 500 and answer.status_code != 429
    deferred = answer.status_code in (429, 503) and said["code"] != "outcome-unknown"
    no = {
        "status": answer.status_code,
        "code": said["code"],
        "took": took,
        "retry_after": "retry-after" in answer.headers,
        "certified": "attempt_certificate" in said,
    }
    return REFUSED if final else DEFERRED if deferred else UNKNOWN, no


def _taken(answer: Answer) -> httpx.Response:
    if answer is None:
        raise RefusedForGood
    return answer
