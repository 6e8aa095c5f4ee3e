"""bell: Redis as Dramatiq sees it, and only as a bell: ids go over it, and losing any of them is harmless."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from uuid import uuid4

import redis
from dramatiq import Message
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import ConnectionClosed
from dramatiq.middleware import Retries
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.hooks import Observe, nobody

QUEUE: Final = "work"
ADVANCE: Final = "advance"
REDIS_SECONDS = 0.5  # to connect, and for each answer
HEARTBEAT_MILLISECONDS = 15_000  # silence after which another process takes over what a worker had fetched
MAINTENANCE_CHANCE = 50_000  # in a million commands: how often somebody looks for such silence
DEAD_MESSAGE_MILLISECONDS = 3_600_000  # nothing reads dead letters: the ledger has the rows


class Bell(RedisBroker):
    """Dramatiq's Redis broker without what only looks safe: delays, retries, results, limits of age and time.

    Any error of Redis reads as a lost connection; the consumer comes back when Redis does. Facts raised:
    `bell.lost` {failure} and `bell.found`, once each time it changes.
    """

    def __init__(self, redis_url: str, observe: Observe = nobody) -> None:
        """Nothing is connected yet. `redis_url`: redis://, rediss:// or unix://."""
        client = redis.Redis.from_url(
            redis_url,
            retry=Retry(NoBackoff(), 0),
            socket_timeout=REDIS_SECONDS,
            socket_connect_timeout=REDIS_SECONDS,
        )
        super().__init__(  # type: ignore[no-untyped-call]
            client=client,
            # Kept, so that an exception that escapes an actor is not taken for success.
            middleware=[Retries(max_retries=0)],
            namespace="approdo",
            heartbeat_timeout=HEARTBEAT_MILLISECONDS,
            maintenance_chance=MAINTENANCE_CHANCE,
            dead_message_ttl=DEAD_MESSAGE_MILLISECONDS,
        )
        self._observe = observe
        self._is_there: bool | None = None

    @property
    def is_lost(self) -> bool:
        """Say whether Redis was away when it was last used."""
        return self._is_there is False

    def declare_queue(self, queue_name: str) -> None:
        """Declare a queue, without the queue of delayed messages that Dramatiq would poll beside it."""
        if queue_name not in self.queues:
            self.emit_before("declare_queue", queue_name)
            self.queues.add(queue_name)
            self.emit_after("declare_queue", queue_name)

    def ring(self, messages: Sequence[Message[Any]]) -> None:
        """Send all messages in one round trip.

        Errors: ConnectionClosed; some may have been sent, and sent twice is fine.
        """
        with self.in_reach(), self.client.pipeline(transaction=False) as pipe:
            for message in messages:
                self._enqueue_in(pipe, message)
            pipe.execute()

    def ping(self) -> None:
        """Find out whether Redis is there. Errors: ConnectionClosed."""
        with self.in_reach():
            self.client.ping()

    def close(self) -> None:
        """Close every connection."""
        self.client.close()

    @contextmanager
    def in_reach(self) -> Iterator[None]:
        """Take any error of Redis for a lost connection, and tell when it is lost and found."""
        try:
            yield
        except (redis.RedisError, ConnectionClosed, OSError) as error:
            self._is(there=False, failure=type(error).__name__)
            raise ConnectionClosed(error) from None  # type: ignore[no-untyped-call]
        self._is(there=True)

    def _dispatch(self, command: str) -> Callable[..., Any]:
        """Every command of Dramatiq's passes here."""
        dispatch = super()._dispatch(command)  # type: ignore[no-untyped-call]

        def dispatch_in_reach(queue_name: str, *arguments: object) -> Any:
            with self.in_reach():
                return dispatch(queue_name, *arguments)

        return dispatch_in_reach

    def _is(self, *, there: bool, failure: str = "") -> None:
        if there is self._is_there:
            return
        self._is_there = there
        if there:
            self._observe("bell.found")
        else:
            self._observe("bell.lost", failure=failure)

    def _enqueue_in(self, pipe: Any, message: Message[Any]) -> None:
        """What `enqueue` does, with the answer left for later; maintenance is left to who fetches."""
        named = message.copy(options={"redis_message_id": str(uuid4())})
        maintenance, most_unpacked = 0, 1
        arguments = [
            "enqueue",
            int(time.time() * 1000),
            message.queue_name,
            self.broker_id,
            self.heartbeat_timeout,
            self.dead_message_ttl,
            maintenance,
            most_unpacked,
            named.options["redis_message_id"],
            named.encode(),
        ]
        self.scripts["dispatch"](keys=[self.namespace], args=arguments, client=pipe)


def message(draft_ids: Sequence[str]) -> Message[Any]:
    """Return a message for the actor; it carries ids and nothing else."""
    return Message(queue_name=QUEUE, actor_name=ADVANCE, args=(list(draft_ids),), kwargs={}, options={})
