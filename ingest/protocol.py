"""The protocol: what has been read is let in, or turned away on the spot, in turns and for next to nothing."""

from asyncio import Transport
from collections.abc import Callable, Mapping
from functools import partial

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from ingest.admission.entrance import Here
from ingest.door import Answered, Desk, Receive, Scope, pass_at_once, pass_on
from ingest.glance import Glance, Seen
from ingest.held import Held
from ingest.http import exchange
from ingest.http.full_house import CODE as FULL
from ingest.http.reply import Send
from ingest.reading import MOST_HEAD_BYTES, Reading
from ingest.turns import Turns

#: Lets a request in, or returns what is answered to who is not let in (`Door.admit`).
Admit = Callable[[Scope, Receive, Here | None], Answered | None]


def _everybody(_: Scope, __: Receive, ___: Here | None) -> None:
    """Let everybody in."""


def speaking_for(
    desk: Desk, admit: Admit = _everybody, hold: Callable[[], float] = lambda: 0.0
) -> type[HttpToolsProtocol]:
    """Return the protocol whose refusals are written, and noted, at this desk.

    Arguments: the desk, who lets requests in, and the seconds for which a refusal for a full house is kept back: more
    than none where a crowd is there.
    """
    own = {"desk": desk, "admit": staticmethod(admit), "hold": staticmethod(hold)}
    shared = {"held": Held(), "turns": Turns(), "glance": Glance()}
    return type("Protocol", (_Protocol,), own | shared)


class _Protocol(Reading):
    """One connection, and who is let in of those who ask on it.

    Who is not let in is answered where the request was read: a task for each would cost more than to refuse it, and
    they would stand in the way of those who are in. In a crowd a request is first looked at (ingest/glance.py), and
    what an answer needs is made for those alone who are let in.
    """

    admit: Admit
    hold: Callable[[], float]
    held: Held  # of all connections: refused, and not told yet
    turns: Turns  # of the loop they share
    glance: Glance

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        self.came_at: float | None = None  # what waits for a turn of the loop to be read, and since when
        self._unread, self._waited = b"", 0.0
        self._seen: Seen | None = None  # let in after a glance, and not read yet
        self._owed: Answered | None = None  # to a request that was turned away after a glance
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._unread, self.came_at = b"", None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._owed is not None:  # one after the other, as they were asked
            self._unread += data
            self.flow.pause_reading()
            if len(self._unread) > MOST_HEAD_BYTES:  # thousands are held: she is not, and it is read now
                self._see_off()
        elif self._unread or (self.turns.is_over and self._is_between_requests()):
            self._wait_for_a_turn(data)
        else:
            self._hear(data)

    def _is_between_requests(self) -> bool:
        return not self._refused and (self.cycle is None or (self.cycle.response_complete and not self.cycle.more_body))

    def _wait_for_a_turn(self, data: bytes) -> None:
        """Keep what has come for the next turn of the loop; of whoever sends more than a head it is read now."""
        self._unset_keepalive_if_required()
        self._unread += data
        if self.came_at is None:
            self.came_at = self.loop.time()
            self.turns.wait(self, self.loop)
        if len(self._unread) > MOST_HEAD_BYTES:
            self.read_on()

    def read_on(self) -> None:
        """Read what waits for its turn, if anything does."""
        if self.came_at is not None:
            data, self._unread, self._waited = self._unread, b"", self.loop.time() - self.came_at
            self.came_at = None
            if not self.transport.is_closing():
                self._hear(data)
            self._waited = 0.0

    def eof_received(self) -> bool:  # type: ignore[override]
        self.read_on()
        while self._owed is not None:  # she says no more, and is told at once
            self._see_off()
            self.read_on()
        return super().eof_received()

    def _leave(self) -> None:
        if not self._unread and self._owed is None:
            super()._leave()

    def _time_is_up(self) -> None:
        if self._unread:  # it came in time
            self._timer = None
            self.read_on()
        else:
            super()._time_is_up()

    def _hear(self, data: bytes) -> None:
        if not self._is_seen_off(data):
            super()._hear(data)
            if self._seen is not None:  # the line's own parser made no request of it: nobody will give the place back
                self._give_back(self._seen)

    def _is_seen_off(self, data: bytes) -> bool:
        """Look at a request in a crowd: turn it away, or let it in and return False, as for any that is to be read."""
        if self.hold() <= 0 or self.flow.write_paused:
            return False
        if not self._is_between_requests() or self._in_head() or (seen := self.glance.at(data)) is None:
            return False
        if self._waited:
            seen.scope["waited"] = self._waited
        try:
            self._owed = self.admit(seen.scope, _nothing, seen)
        except Exception:  # noqa: BLE001  whatever it is, it happens again where it is noted and answered
            return False
        if self._owed is None:
            self._seen = seen
            return False
        self._unset_keepalive_if_required()
        self._stop_timer()
        self.turns.turned_away(self.loop)
        if (seconds := self._seconds_to_hold(self._owed)) > 0:
            self.held.hold(self._see_off, seconds, self.loop)
        else:
            self._see_off()
        return True

    def _seconds_to_hold(self, refused: Answered) -> float:
        if refused[0].code != FULL or not self.held.has_room:
            return 0.0
        return self.hold() - self._waited

    def _see_off(self) -> None:
        """Tell who was turned away after a glance, if she was not told before; then go on with what came behind."""
        refused, self._owed = self._owed, None
        if refused is None or self.transport.is_closing():
            return
        ours = self.server_state.default_headers
        if self._leaving:
            ours = [*ours, (b"connection", b"close")]
        self.transport.write(exchange.written(*refused, ours))
        self.server_state.total_requests += 1
        if self._leaving:
            self.transport.close()
            return
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)
        self.flow.resume_reading()
        if self._unread:
            data, self._unread = self._unread, b""
            self._wait_for_a_turn(data)

    def _give_back(self, seen: Seen) -> None:
        self._seen = None
        if (seat := seen.scope.get("seat")) is not None:
            seat.leave()

    def _let_in(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        scope: dict[str, object] = cycle.scope  # type: ignore[assignment]
        if self._waited:
            scope["waited"] = self._waited
        refused = self._not_let_in(scope, cycle) if self._seen is None else None
        if self._seen is not None:
            scope.update(_decided(self._seen.scope))
            self._seen = None
        if refused is None:
            super()._let_in(cycle, app)
            return
        self.turns.turned_away(self.loop)
        if not cycle.more_body and (seconds := self._seconds_to_hold(refused)) > 0:
            self.headers.clear()  # thousands are held: of each no more is kept than its line
            self.held.hold(partial(self._tell_late, cycle, refused), seconds, self.loop)
        else:
            self._turned_away = self._told(cycle, refused)

    def _not_let_in(self, scope: dict[str, object], cycle: RequestResponseCycle) -> Answered | None:
        try:
            return self.admit(scope, cycle.receive, exchange.of(cycle.receive))
        except Exception:  # noqa: BLE001  whatever it is, it happens again in a task, where it is noted and answered
            scope.pop("seat", None)
            return None

    def _told(self, cycle: RequestResponseCycle, refused: Answered) -> bool:
        """Answer who is not let in; return whether the answer is out."""
        if cycle.scope["method"] != "HEAD" and pass_at_once(refused, cycle.receive):
            return True
        super()._let_in(cycle, _telling(refused))
        return False

    def _tell_late(self, cycle: RequestResponseCycle, refused: Answered) -> None:
        if not cycle.disconnected and not self.transport.is_closing():
            self._told(cycle, refused)


def _decided(scope: Mapping[str, object]) -> dict[str, object]:
    """Return what the door adds to a scope."""
    return {name: value for name, value in scope.items() if name in ("path", "saved", "seat")}


async def _nothing() -> dict[str, object]:
    raise AssertionError("nothing is read of a request but its head")


def _telling(refused: Answered) -> ASGI3Application:
    """Return the application that says no more than this."""

    async def tell(scope: Scope, receive: Receive, send: Send) -> None:
        await pass_on(refused, scope, receive, send)

    return tell  # type: ignore[return-value]
