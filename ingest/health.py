"""Health: alive, ready (and if not, why not), and the public status."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import orjson

from core.domain.errors import StoreUnavailable
from core.hooks import Observe, nobody
from core.storage.durability import has_synchronous_standby, weak_settings
from core.storage.reader import Reader
from ingest.counter import Counter
from ingest.emergency.register import Register
from ingest.http import reply
from ingest.http.call import Call
from ingest.http.problems import Problems
from ingest.http.refusal import Refusal
from ingest.http.reply import Reply

EVERY_SECONDS = 5.0
SOON_SECONDS = 0.5  # while something stands in the way: once it is gone, nobody is refused for it any longer
EMERGENCY = "emergency-register"  # what a counter says of itself that takes saves and filings without the store
AWAY = "store-unavailable"  # a problem's code, and what stands in the way


@dataclass(slots=True)
class Readiness:
    """Whether this counter can acknowledge: asked every few seconds, told at once."""

    reader: Reader
    strange_keys: Callable[[], Awaitable[list[str]]]  # the purposes whose key is not the one the ledger knows
    standby: bool = False  # a synchronous standby must hold what is acknowledged
    register: Register | None = None  # takes saves and filings while the store is away
    observe: Observe = nobody  # told of `readiness.failed` {failure}
    why_not: list[str] = field(default_factory=lambda: ["not-asked-yet"])
    stopping: bool = False
    unsound: bool = False  # an acknowledgement would not be worth its name: none is given
    _keys_known: bool = False

    @property
    def ready(self) -> bool:
        """Say whether nothing stands in the way."""
        return not self.why_not and not self.stopping

    @property
    def on_the_register(self) -> bool:
        """Say whether the store is away, nothing else is wrong, and the emergency register stands in for it.

        A counter that was refused by the store knows so before it is asked about.
        """
        if self.register is None or self.stopping or not self.register.stands_in:
            return False
        return self.why_not == [AWAY] or (not self.why_not and self.register.away)

    @property
    def refusal(self) -> Refusal:
        """Return what a process that is not ready says of itself, and of nothing else."""
        if self.stopping:
            code = "shutting-down"
        elif self.why_not == [AWAY]:
            code = AWAY
        else:
            code = "unsound" if self.unsound else "not-ready"
        return Refusal(code, why=self.why_not)

    @property
    def pause(self) -> float:
        """The seconds until the store is looked at again."""
        return SOON_SECONDS if self.why_not else EVERY_SECONDS

    async def watch(self) -> None:
        """Ask again and again until cancelled."""
        while True:
            try:
                await self.ask()
            except Exception as error:  # noqa: BLE001  what was known stays; a fault must not end the looking
                self.observe("readiness.failed", failure=type(error).__name__)
            await asyncio.sleep(self.pause)

    async def ask(self) -> None:
        """Look at the store once: reachable, and set to keep what it acknowledges."""
        try:
            wrong = [*await self._weak_settings(), *await self._alone(), *await self._strangers()]
        except StoreUnavailable:
            self.why_not = [AWAY]
        else:
            self.why_not, self.unsound = wrong, bool(wrong)

    async def _weak_settings(self) -> list[str]:
        return [f"{name.replace('_', '-')}-is-off" for name in await weak_settings(self.reader)]

    async def _alone(self) -> list[str]:
        return ["no-synchronous-standby"] if self.standby and not await has_synchronous_standby(self.reader) else []

    async def _strangers(self) -> list[str]:
        """The keys of a process never change: once they are recognised they are not asked about again."""
        if self._keys_known:
            return []
        strange = [f"another-{purpose}-key" for purpose in await self.strange_keys()]
        self._keys_known = not strange
        return strange


async def alive(_: Counter, __: Call) -> Reply:
    """GET /livez: this process answers; it never depends on PostgreSQL."""
    return reply.json({"status": "alive"})


def ready(readiness: Readiness, problems: Problems) -> Reply:
    """GET /readyz: 200, or 503 with what stands in the way.

    On the emergency register it is 200 too: a counter that takes saves and filings has to be sent them.
    """
    if readiness.on_the_register:
        return reply.json({"status": EMERGENCY})
    if readiness.ready:
        return reply.json({"status": "ready"})
    return problems.reply(readiness.refusal)


def status(readiness: Readiness, problems: Problems) -> Reply:
    """GET /status: the application's health as problem+json, 200 or 503 (ModI RAC_REST_NAME_011)."""
    if not readiness.ready and not readiness.on_the_register:
        return ready(readiness, problems)
    title, detail = _WORDS[readiness.on_the_register]
    body = {"type": "about:blank", "status": 200, "title": title, "detail": detail}
    return Reply(200, orjson.dumps(body), media=b"application/problem+json")


_WORDS = {
    False: ("OK", "Il servizio funziona regolarmente."),
    True: (
        "Registro di emergenza",
        "L'archivio non risponde: salvataggi e invii sono presi nel registro di emergenza; il resto riprende dopo.",
    ),
}
