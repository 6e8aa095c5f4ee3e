"""Load: people who save and file, who repeat what was not answered, and who write down everything they were told."""

import asyncio
import json
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import httpx

from loadtest.bench.people import tax_code
from loadtest.digest import canonical, digest
from loadtest.ledger import ACKED, DEFERRED, REFUSED, UNKNOWN, Ledger
from tests.journeys.applicant import SECTIONS, case

CASES = (1, 2, 4, 5, 7, 8, 11, 12, 18, 23, 25, 28, 34, 38, 51)  # the last two end on an officer's list
AT_ONCE = 6  # people
THINKS = 0.03  # seconds between two requests of one person: a load to break things under, not to measure
LONGEST_WAIT = 1.0  # seconds; less patient than Retry-After asks, so that the load goes on
ANSWER = 15.0  # seconds; longer than any deadline of the counter
FINISHES = 90.0  # seconds everybody has to finish what she has begun; none if the block itself failed
_people = count(10_000)

Answer = httpx.Response | None  # None: refused for good


class Load:
    """Runs while its block runs; at the end everybody finishes what she has begun, so that all is settled."""

    def __init__(self, url: str, log: Path) -> None:
        self._url, self._log = url, log
        self._over = False

    async def __aenter__(self) -> Self:
        self._ledger = Ledger(self._log)
        self._client = httpx.AsyncClient(base_url=self._url, timeout=ANSWER, trust_env=False)
        self._tasks = [asyncio.create_task(self._one_after_the_other()) for _ in range(AT_ONCE)]
        return self

    async def __aexit__(self, raised: type[BaseException] | None, *_: object) -> None:
        self._over = True
        try:
            async with asyncio.timeout(0 if raised else FINISHES):
                await asyncio.gather(*self._tasks)
        except TimeoutError:
            assert raised, f"the counter did not answer everybody within {FINISHES:.0f} s"
        finally:
            await self._client.aclose()
            self._ledger.close()

    async def _one_after_the_other(self) -> None:
        while not self._over:
            person = next(_people)
            rivals = 2 if person % 5 == 0 else 1  # some file twice at once; one of the two must be refused
            drafts = await asyncio.gather(*(self._fill(person) for _ in range(rivals)))
            await asyncio.gather(*(self._file(*draft) for draft in drafts))

    async def _fill(self, person: int) -> tuple[str, dict[str, str], dict[str, Any]]:
        """Start a draft, save every section, correct one, and read it all back."""
        key, contents = str(uuid4()), _contents(person)
        body = {"programme": "bonus-mamme-2025", "channel": "web"}
        intent = self._ledger.intend("draft", key=key)
        started = _told(await self._ask(intent, "POST", "/v1/drafts", body, {"idempotency-key": key}))
        draft_id, headers = started["draft_id"], {"authorization": f"Bearer {started['access_token']}"}
        sealed: dict[str, Any] = {}
        for section in (*SECTIONS, "income"):
            base = sealed.get(section, {}).get("revision")
            sealed[section] = await self._save(draft_id, headers, section, base, contents[section])
            contents["income"] = contents["income"] | {"self_employment": "10.00"}
        await self._read(draft_id, headers)
        return draft_id, headers, sealed

    async def _save(
        self, draft_id: str, headers: Mapping[str, str], section: str, base: int | None, content: object
    ) -> dict[str, Any]:
        wanted = digest(draft_id, section, canonical(content))
        intent = self._ledger.intend("save", draft_id=draft_id, section=section, base=base, digest=wanted)
        self._ledger.wrote(draft_id, canonical(content))
        seen = {"if-match": f'"{base}"'} if base else {"if-none-match": "*"}
        path = f"/v1/drafts/{draft_id}/sections/{section}"
        saved = _told(await self._ask(intent, "PUT", path, content, {**headers, **seen}))
        return {"revision": saved["revision"], "digest": wanted}

    async def _read(self, draft_id: str, headers: Mapping[str, str]) -> None:
        try:
            answer = await self._client.get(f"/v1/drafts/{draft_id}", headers=headers)
        except httpx.TransportError:
            return
        self._ledger.was_shown(draft_id, answer.content)
        for section in answer.json()["sections"] if answer.status_code == 200 else ():
            self._ledger.saw(draft_id, section["section"], section["revision"])

    async def _file(self, draft_id: str, headers: Mapping[str, str], sealed: dict[str, Any]) -> None:
        """File, and once it is acknowledged ask for the same again: the answer must be the same bytes."""
        key = str(uuid4())
        intent = self._ledger.intend("submission", draft_id=draft_id, key=key, sections=sealed)
        body = {"sections": {name: one["revision"] for name, one in sealed.items()}}
        for _ in range(2):
            path = f"/v1/drafts/{draft_id}/submission"
            await self._ask(intent, "POST", path, body, {**headers, "idempotency-key": key})

    async def _ask(self, intent: int, method: str, path: str, body: object, headers: Mapping[str, str]) -> Answer:
        """Send the same request until it is answered for good; note every answer, and the want of one."""
        while True:
            wait = await self._tried(intent, self._client.build_request(method, path, json=body, headers=dict(headers)))
            if not isinstance(wait, float):
                await asyncio.sleep(THINKS)
                return wait
            await asyncio.sleep(wait)

    async def _tried(self, intent: int, request: httpx.Request) -> Answer | float:
        """Return the answer for good, or the seconds to wait before the same is sent again."""
        try:
            answer = await self._client.send(request)
            said = answer.json()
        except (httpx.TransportError, json.JSONDecodeError) as error:
            self._ledger.heard(intent, UNKNOWN, why=type(error).__name__)
            return 0.1
        if answer.is_success:
            self._ledger.heard(intent, ACKED, **_kept(said))
            return answer
        final = answer.status_code < 500 and answer.status_code != 429
        deferred = answer.status_code in (429, 503) and said["code"] != "outcome-unknown"
        self._ledger.heard(
            intent,
            REFUSED if final else DEFERRED if deferred else UNKNOWN,
            status=answer.status_code,
            code=said["code"],
        )
        return None if final else min(LONGEST_WAIT, float(answer.headers.get("retry-after", "0.1")))


def _contents(person: int) -> dict[str, Any]:
    contents = {section: case(CASES[person % len(CASES)])[section] for section in SECTIONS}
    contents["applicant"] |= {"tax_code": tax_code(person), "birth_date": "1980-01-03"}
    return contents


def _kept(said: Mapping[str, Any]) -> dict[str, Any]:
    """What of an acknowledgement goes into the log: no token, no problem, nothing she typed."""
    return {
        name: said[name]
        for name in ("draft_id", "number", "revision", "arrived_at", "filed_at", "receipt")
        if name in said
    }


def _told(answer: Answer) -> dict[str, Any]:
    assert answer is not None, "a start or a save of this load is never refused for good"
    return dict(answer.json())
