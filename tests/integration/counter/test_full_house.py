"""A full house, on a running counter: who saves is held, the next is told when to come again, and others have room."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from core.storage.database import COMMIT_SECONDS
from tests.integration.counter.running import PATIENCE, Draft, RunningCounter, running_counter
from tests.integration.counter.stoppable import Store
from tests.integration.counter.test_ill_store import TYPED, wait_until, without_its_standby
from tests.journeys.system import added_up

ROOM = 4  # requests under way


@pytest.fixture(scope="module")
def counter(
    store: Store, keys_of_store: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningCounter]:
    """A counter with room for four."""
    narrow = {"APPRODO_UNDER_WAY": str(ROOM), "APPRODO_UNDER_WAY_LEAST": str(ROOM), **keys_of_store}
    with running_counter(store.url, tmp_path_factory.mktemp("narrow"), **narrow) as started:
        yield started


@contextmanager
def full(counter: RunningCounter, store: Store) -> Iterator[Draft]:
    """Four saves wait for a commit that does not come; gives a draft that is not among them.

    Who comes to see whether it is full yet would be one of the four, where one of them is slow to come.
    """
    drafts = [counter.start_draft() for _ in range(ROOM + 1)]
    held = [threading.Thread(target=lambda d=draft: counter.save(d, "income", TYPED)) for draft in drafts[1:]]
    with without_its_standby(store):
        for one in held:
            one.start()
        wait_until(lambda: under_way(counter) == ROOM, "it does not fill up")
        yield drafts[0]
        for one in held:
            one.join(PATIENCE)
    # The store is whole again, and the counter may not have noticed yet: what follows must not meet that moment.
    wait_until(lambda: in_the_ledger(save(counter, drafts[0])), "nobody is let in again")


def under_way(counter: RunningCounter) -> float:
    """What the counter's series say; asking for them takes up no room."""
    told = json.loads((counter.log.parent / "run" / "counter-1.json").read_text())
    return added_up(httpx.get(told["metrics"], trust_env=False, timeout=PATIENCE).text, "approdo_requests_under_way")


def in_the_ledger(answer: httpx.Response) -> bool:
    """Say whether a save is acknowledged, and not by the emergency register."""
    return answer.status_code == 200 and "entry" not in answer.json()


def save(counter: RunningCounter, draft: Draft, **headers: str) -> httpx.Response:
    """Save once, without the client that is held against the document."""
    sent = draft.headers | {"if-none-match": "*"} | headers
    return httpx.put(
        f"http://127.0.0.1:{counter.port}{draft.path}/sections/income", json=TYPED, headers=sent, timeout=60
    )


def test_a_full_house_says_when_to_come_again_and_certifies_the_attempt(counter: RunningCounter, store: Store) -> None:
    """503 at once, ModI's headers, a certificate that holds; health is always heard; a page is a page."""
    with full(counter, store) as draft:
        began = time.monotonic()
        refused = save(counter, draft)
        took = time.monotonic() - began
        alive = httpx.get(f"http://127.0.0.1:{counter.port}/livez", timeout=60)
        asked = {"accept": "text/html,*/*", "accept-language": "de"}
        page = httpx.get(f"http://127.0.0.1:{counter.port}/", headers=asked, timeout=60)
        reading = httpx.get(f"http://127.0.0.1:{counter.port}{draft.path}", headers=draft.headers, timeout=60)

    problem = refused.json()
    assert (503, "overloaded", "no", True) == (
        refused.status_code,
        problem["code"],
        problem["saved"],
        problem["safe_to_retry"],
    )
    assert int(refused.headers["retry-after"]) == problem["retry_after"] >= 1
    assert {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"} <= refused.headers.keys()
    assert problem["attempt_certificate"].count(".") == 2
    assert took < COMMIT_SECONDS  # at once, and not when one of the four is told
    assert 200 == alive.status_code
    assert (503, "text/html; charset=utf-8", "de") == (
        page.status_code,
        page.headers["content-type"],
        page.headers["content-language"],
    )
    assert f'data-attesa="{page.headers["retry-after"]}"' in page.text
    assert 503 == reading.status_code


def test_another_channel_finds_its_room_in_a_full_house(counter: RunningCounter, store: Store) -> None:
    """All four are of the web; a patronato's draft is read and saved to all the same."""
    asked = {"programme": "bonus-mamme-2025", "channel": "patronato"}
    started = counter.client.post("/v1/drafts", json=asked).json()
    theirs = Draft(started["draft_id"], started["access_token"])
    with full(counter, store) as of_the_web:
        refused = httpx.get(f"http://127.0.0.1:{counter.port}{of_the_web.path}", headers=of_the_web.headers, timeout=60)
        read = httpx.get(f"http://127.0.0.1:{counter.port}{theirs.path}", headers=theirs.headers, timeout=60)

    assert (503, 200) == (refused.status_code, read.status_code)


def test_a_body_that_trickles_takes_up_no_room(counter: RunningCounter) -> None:
    """Many senders who are slow keep nobody else out."""
    draft = counter.start_draft()
    head = (
        f"PUT {draft.path}/sections/income HTTP/1.1\r\nHost: x\r\nAuthorization: {draft.headers['authorization']}\r\n"
        "If-None-Match: *\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    ).encode()
    slow = [socket.create_connection(("127.0.0.1", counter.port), timeout=PATIENCE) for _ in range(5 * ROOM)]
    try:
        for wire in slow:
            wire.sendall(head)
        assert 200 == save(counter, draft).status_code
    finally:
        for wire in slow:
            wire.close()
