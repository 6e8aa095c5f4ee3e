"""machine: anything anybody does, in any order, to the real thing and to what is believed of it."""

import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import httpx
import redis
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from core.domain.errors import StoreUnavailable
from core.storage.civil import move_civil_clock
from core.storage.database import told_as_unavailable
from core.storage.retention import expire
from loadtest.balance import balance
from loadtest.conservation import check
from loadtest.digest import canonical, digest
from retry.failure import Transient
from tests.crash.acts import FILING_DAY
from tests.crash.house import House
from tests.crash.mother import Mother
from tests.crash.stage import Stage
from tests.model.believed import Believed
from workers.broker import message
from workers.registries import Said

T = TypeVar("T")
PERSONS = 3
CONNECTIONS = 4  # of everybody who works, each of which may have been ended
PATIENCE = 100  # times that the same is asked again
SAID = {"ok": Said.OK, "ko": Said.KO, "not known": Said.NOT_KNOWN, "away": Transient("status-503")}
MAY_BE_WITHDRAWN = {"accepted", "in_review", "needs_applicant", "needs_officer", "suspended", "reopened"}
HANG_UP = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

SECTIONS = st.sampled_from(["income", "payment"])
TYPED = {
    "income": [{"employment": f"{sum_}.00", "self_employment": "0.00"} for sum_ in (20_000, 21_000, 22_000)],
    "payment": [
        {"method": "postal_transfer"},
        {"method": "iban", "iban": "IT60X0542811101000000123456"},
        {"method": "iban"},
    ],
}
VARIANTS = st.integers(0, 2)


class Machine(RuleBasedStateMachine):
    """`house` and `stage` are the real thing, set back before each run; `steps` counts what was done to it."""

    house: House
    stage: Stage
    loop: Any
    steps = 0
    drafts = Bundle("drafts")

    @initialize()
    def begin(self) -> None:
        """Nobody has been here, and it is a day of the ordinary window."""
        self.stage.clear()
        self.house.registries.says.clear()
        self.believed: list[tuple[Mother, Believed]] = []
        self.keys: dict[int, str] = {}  # under which each was filed
        self.jump(0)

    @rule(target=drafts, person=st.integers(0, PERSONS - 1))
    def start(self, person: int) -> Any:
        """Somebody begins another draft, and fills it in."""
        mother, believed = Mother(self.house.client, self.stage.log, person), Believed(person)
        answer = self._asked(lambda: mother.start(f"start {len(self.believed)}"))
        assert answer.status_code == 201, answer.text
        for section, content in mother.contents().items():
            self._saves(mother, believed, section, content, None)
        self.believed.append((mother, believed))
        return len(self.believed) - 1

    @rule(draft=drafts, section=SECTIONS, variant=VARIANTS)
    def save(self, draft: int, section: str, variant: int) -> None:
        """On what she last saw."""
        mother, believed = self.believed[draft]
        self._saves(
            mother, believed, section, TYPED[section][variant], len(believed.histories.get(section, ())) or None
        )

    @rule(draft=drafts, section=SECTIONS, variant=VARIANTS, behind=st.integers(1, 3))
    def save_stale(self, draft: int, section: str, variant: int, behind: int) -> None:
        """From a tab that has not seen the last ones."""
        mother, believed = self.believed[draft]
        base = max(len(believed.histories.get(section, ())) - behind, 0)
        self._saves(mother, believed, section, TYPED[section][variant], base or None)

    @rule(draft=drafts, key=st.sampled_from(["file", "another"]))
    def file(self, draft: int, key: str) -> None:
        """For the first time, or again, under the same key or another."""
        mother, believed = self.believed[draft]
        free = not any(other.live and other.person == believed.person for _, other in self.believed)
        expected = believed.file(same_key=key == self.keys.get(draft), person_is_free=free)
        mother.mine["revisions"] = dict(believed.filed or believed.revisions or {"income": 1})
        answer = self._asked(lambda: mother.file(key))
        assert expected == answer.status_code, answer.text
        if answer.is_success:
            assert believed.answer in (None, answer.content), "two answers to one filing"
            if not believed.sealed:
                self.keys[draft], believed.filed = key, believed.revisions
            believed.answer = answer.content

    @rule(draft=drafts)
    def withdraw(self, draft: int) -> None:
        """As long as nothing is decided."""
        mother, believed = self.believed[draft]
        if not believed.sealed:
            return
        state = self._state(mother)
        may = state in MAY_BE_WITHDRAWN | {"withdrawn"}
        answer = self._asked(lambda: mother.act("withdrawal"))
        assert (200 if may else 409) == answer.status_code or state == "reopened", answer.text
        believed.withdrawn = believed.withdrawn or answer.is_success

    @rule(draft=drafts)
    def delete(self, draft: int) -> None:
        """An open draft, twice perhaps."""
        mother, believed = self.believed[draft]
        expected = believed.delete()
        answer = self._asked(mother.delete)
        assert expected == answer.status_code, answer.text

    @rule(draft=drafts)
    def expire(self, draft: int) -> None:
        """Its time ends; what was filed stays."""
        mother, believed = self.believed[draft]
        self.stage.rows(TIME_ENDS, UUID(mother.draft_id))
        self._work(lambda: expire(self.house.pool, timedelta(days=30)))
        believed.expire()

    @rule(said=st.sampled_from(sorted(SAID)))
    def registries_say(self, said: str) -> None:
        """Yes, no, not yet, or nothing."""
        self.house.registries.says["identity"] = SAID[said]

    @rule()
    def relay(self) -> None:
        """Offer and ring; nobody hears it yet."""
        self._work(self.house.relay.run_once)

    @rule()
    def hear(self) -> None:
        """Whatever is on the bell."""
        self._work(self.house.hear)

    @rule(draft=drafts, times=st.integers(1, 3))
    def ring(self, draft: int, times: int) -> None:
        """Deliver what nobody offered, or offered long ago, once or more often."""
        self.house.bell.ring([message([self.believed[draft][0].draft_id])] * times)

    @rule()
    def flush(self) -> None:
        """The bell forgets everything."""
        with redis.Redis.from_url(self.house.stores.redis_url) as client:
            client.flushall()

    @rule(draft=drafts)
    def die_with(self, draft: int) -> None:
        """A worker takes it and is never heard of again."""
        self._work(lambda: self.house.rows.claim([UUID(self.believed[draft][0].draft_id)]))

    @rule()
    def see_to_suspects(self) -> None:
        """The lone worker's turn."""
        self._work(self.house.lone.run_once)

    @rule()
    def time_passes(self) -> None:
        """Leases run out, and what waits is due."""
        self._work(self.house.time_passes)

    @rule(hours=st.integers(-24, 24))
    def jump(self, hours: int) -> None:
        """The civil clock is set, within the ordinary window."""
        self._do(move_civil_clock(self.house.stores.database_url, FILING_DAY + timedelta(hours=hours)))

    @rule()
    def hang_up(self) -> None:
        """PostgreSQL ends every connection but the one that looks."""
        self.stage.rows(HANG_UP)

    @invariant()
    def every_history_is_the_one_believed(self) -> None:
        """Versions give a total order: a section's history is exactly the acknowledged saves, in theirs."""
        found: dict[tuple[str, str], list[str]] = {}
        for draft_id, section, kept in self.stage.rows(HISTORIES):
            found.setdefault((str(draft_id), section), []).append(kept)
        wanted = {(m.draft_id, s): history for m, b in self.believed for s, history in b.histories.items() if history}
        assert wanted == found

    @invariant()
    def no_person_has_two(self) -> None:
        """One live application of a person, and it is the one believed."""
        claims = {str(row[0]) for row in self.stage.rows("SELECT draft_id FROM live_claim")}
        assert {mother.draft_id for mother, believed in self.believed if believed.live} == claims

    def teardown(self) -> None:
        """Everybody works until it is quiet, and every promise is asked about."""
        if not hasattr(self, "believed"):
            return
        self.house.registries.says.clear()
        self._work(self.house.until_quiet)
        keys = self._do(self.house.client.get("/v1/receipt-keys")).json()
        seen = self.stage.seen(keys)
        seen = replace(seen, stored=replace(seen.stored, ahead=None))  # the clock was moved meanwhile
        placed = balance(seen.history, seen.stored)
        expired = {"lost"} if any(believed.gone for _, believed in self.believed) else set()
        found = {name: what for name, what in check(seen).items() if name not in expired}
        assert ({}, True, 0) == (found, placed.holds, placed.in_progress), (found, placed)

    def _saves(self, mother: Mother, believed: Believed, section: str, content: Any, base: int | None) -> None:
        status, revision = believed.save(section, base, digest(mother.draft_id, section, canonical(content)))
        answer = self._asked(lambda: mother.save(section, content, base))
        assert status == answer.status_code, answer.text
        assert revision == (answer.json()["revision"] if answer.is_success else None)

    def _asked(self, ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
        """Ask until it is answered for good: 429 and 503 promise that the same may be asked again.

        What an emergency register took, where no line was to be had in time, is brought in, and asked once more.
        """
        for _ in range(PATIENCE):
            answer = self._do(ask())
            if answer.is_success and "entry" in answer.json():
                self._work(self.house.bring_in)
            elif answer.status_code not in (429, 503):
                return answer
            else:
                time.sleep(0.1)
        raise AssertionError(answer.text)

    def _state(self, mother: Mother) -> str:
        return str(self.stage.rows("SELECT state FROM submission WHERE draft_id = $1", UUID(mother.draft_id))[0][0])

    def _work(self, act: Callable[[], Awaitable[object]]) -> None:
        """Whoever works tries again where the database hung up on him."""
        for _ in range(CONNECTIONS):
            with suppress(StoreUnavailable), told_as_unavailable():
                self._do(act())
                return
        self._do(act())

    def _do(self, act: Awaitable[T]) -> T:
        Machine.steps += 1

        async def done() -> T:
            return await act

        return self.loop.run_until_complete(done())  # type: ignore[no-any-return]


HISTORIES = """
SELECT draft_id, section, encode(digest, 'hex') FROM section_revision ORDER BY draft_id, section, revision
"""
TIME_ENDS = "UPDATE draft SET expires_at = clock_timestamp() - interval '31 days' WHERE draft_id = $1"
