"""Every call of Redis x every way it can go wrong: a lost connection at worst, soon told, and nothing is stranded."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import UUID

import pytest
import redis
from dramatiq.errors import ConnectionClosed

from loadtest.faults.proxy import Proxy, proxied
from tests.conftest import MEASURED
from tests.integration.workers.conftest import PATIENCE, Build, Pipeline
from workers.broker import QUEUE, REDIS_SECONDS, Bell, message

AT_MOST = 2 * REDIS_SECONDS + 2.0  # seconds: to connect and to be answered, and what a busy machine adds
KEYS = ("approdo:work", "approdo:work.msgs", "approdo:__heartbeats__")


class Line:
    """The line to Redis, and a way past it."""

    def __init__(self, proxy: Proxy, past: "redis.Redis") -> None:
        self.proxy, self.past = proxy, past

    def configured(self, name: str, ill: str, well: str) -> Iterator[None]:
        """Let a setting of Redis be ill for a while."""
        self.past.config_set(name, ill)
        yield
        self.past.config_set(name, well)


def refused(line: Line) -> Iterator[None]:
    """Nobody takes the connection."""
    line.proxy.refuse()
    yield


def reset_before(line: Line) -> Iterator[None]:
    """The line breaks before the request arrives."""
    line.proxy.cut_reply_to(b"\r\n", forward=False)
    yield


def reply_lost(line: Line) -> Iterator[None]:
    """It arrives, is done, and the reply is lost."""
    line.proxy.cut_reply_to(b"\r\n")
    yield


def hang(line: Line) -> Iterator[None]:
    """Nothing comes through, and nobody says so."""
    line.proxy.black_hole()
    yield


def out_of_memory(line: Line) -> Iterator[None]:
    """OOM: it takes nothing any more."""
    yield from line.configured("maxmemory", "1", "0")


def no_replicas(line: Line) -> Iterator[None]:
    """NOREPLICAS."""
    yield from line.configured("min-replicas-to-write", "1", "0")


def read_only(line: Line) -> Iterator[None]:
    """READONLY: it follows somebody else now."""
    line.past.execute_command("REPLICAOF", "127.0.0.1", "1")
    yield
    line.past.execute_command("REPLICAOF", "NO", "ONE")


def no_password(line: Line) -> Iterator[None]:
    """NOAUTH: it wants a password that nobody gave us."""
    line.past.config_set("requirepass", "another")
    line.proxy.reset()
    yield
    line.past.execute_command("AUTH", "another")
    line.past.config_set("requirepass", "")


def forgotten_script(line: Line) -> Iterator[None]:
    """NOSCRIPT: it was started again, or told to forget."""
    line.past.script_flush()
    yield


def wrong_type(line: Line) -> Iterator[None]:
    """WRONGTYPE: somebody else uses our keys for something else."""
    kept = {key: line.past.dump(key) for key in KEYS}
    for key in KEYS:
        line.past.set(key, "somebody else's")
    yield
    for key, value in kept.items():
        line.past.delete(key)
        if value is not None:
            line.past.restore(key, 0, value)


def another_service(line: Line) -> Iterator[None]:
    """At its address somebody speaks another language."""
    redis_there = line.proxy.target
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_speak_http, args=(listener,), daemon=True).start()
        line.proxy.target = listener.getsockname()
        line.proxy.reset()
        yield
        line.proxy.target = redis_there
        line.proxy.reset()


def _speak_http(listener: socket.socket) -> None:
    with suppress(OSError):
        while True:
            one, _ = listener.accept()
            with one:
                one.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


FAULTS = (
    refused, reset_before, reply_lost, hang, out_of_memory, no_replicas, read_only, no_password, forgotten_script,
    wrong_type, another_service,
)  # fmt: skip


class Fetched:
    """A bell on which a draft's message was rung, and heard by one consumer."""

    def __init__(self, bell: Bell, draft_id: UUID) -> None:
        self.bell, self.rung = bell, [message([str(draft_id)])]
        self.consumer = bell.consume(QUEUE, prefetch=1, timeout=1)
        self.heard: Any = None

    def rings(self) -> "Fetched":
        """Ring it."""
        self.bell.ring(self.rung)
        return self

    def hears(self) -> "Fetched":
        """Hear it."""
        self.heard = next(self.consumer)
        return self


#: Each call site of the relay and of workers: what must have gone before, and the call.
CALLS: dict[str, tuple[Callable[[Fetched], Any], Callable[[Fetched], Any]]] = {
    "ping": (lambda at: None, lambda at: at.bell.ping()),
    "ring": (lambda at: None, lambda at: at.rings()),
    "fetch": (lambda at: at.rings(), lambda at: at.hears()),
    "ack": (lambda at: at.rings().hears(), lambda at: at.consumer.ack(at.heard)),
    "nack": (lambda at: at.rings().hears(), lambda at: at.consumer.nack(at.heard)),
    "requeue": (lambda at: at.rings().hears(), lambda at: at.consumer.requeue([at.heard])),
    "count": (lambda at: None, lambda at: at.bell.do_qsize(QUEUE)),
}


@pytest.fixture
def line(redis_url: str, valkey_server: Any) -> Iterator[Line]:
    """A proxy before the Valkey of the tests."""
    with proxied(valkey_server.socket) as proxy, redis.Redis.from_url(redis_url) as past:
        yield Line(proxy, past)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
async def test_no_call_of_redis_strands_anything(
    build: Build, line: Line, fault: Callable[[Line], Iterator[None]], record_property: Callable[[str, str], None]
) -> None:
    """Whatever a call is answered: work it was about is done once, when the bell is well or by whoever looks."""
    pipeline = await build(bell_url=f"redis://127.0.0.1:{line.proxy.port}/0")
    came_to, slowest = {}, 0.0
    for name, (before, call) in CALLS.items():
        draft_id = await pipeline.file()
        await pipeline.rows.offer(10)
        at = Fetched(pipeline.bell, draft_id)
        await asyncio.to_thread(before, at)
        with contextmanager(fault)(line):
            began = time.monotonic()
            came_to[name] = await asyncio.to_thread(_outcome, call, at)
            slowest = max(slowest, time.monotonic() - began)
            round_ = await pipeline.relay.run_once()  # at the relay's own call sites too
            assert round_ is not None
        line.proxy.heal()
        await _decided(pipeline, draft_id)

    record_property(MEASURED, f"redis, {fault.__name__}: {came_to}, slowest {slowest:.1f} s")
    assert set(came_to.values()) <= {"done", "lost"}
    assert slowest < AT_MOST
    assert not pipeline.bell.is_lost
    decisions = await pipeline.ledger.sql("SELECT count(*), count(DISTINCT draft_id) FROM decision")
    assert [(len(CALLS), len(CALLS))] == [tuple(row) for row in decisions]
    assert {1} == {attempt for _, attempt in pipeline.registries.asked}


def _outcome(call: Callable[[Fetched], Any], at: Fetched) -> str:
    try:
        call(at)
    except ConnectionClosed:
        return "lost"
    except Exception as error:  # noqa: BLE001  whatever else it is, is what the test is about
        return repr(error)
    return "done"


async def _decided(pipeline: Pipeline, draft_id: UUID) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await pipeline.submission(draft_id)).decision is None:
            await pipeline.set_due()
            with suppress(ConnectionClosed):
                await pipeline.run_once()
            await pipeline.look.look_once()
            await pipeline.at_rest()
