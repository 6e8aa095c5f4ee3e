"""A counter that stood still: what waited too long is refused in time, and what waited a moment is taken."""

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ingest.loop_lag import MOST_SECONDS
from tests.integration.counter.running import PATIENCE, RunningCounter


@contextmanager
def standing_still(counter: RunningCounter) -> Iterator[None]:
    """Its process is stopped, as a machine that swaps or a callback that never ends would stop it."""
    pid = json.loads((counter.log.parent / "run" / "counter-1.json").read_text())["pid"]
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_what_came_while_it_stood_still_is_refused_and_what_comes_after_is_taken(counter: RunningCounter) -> None:
    """503 with a certificate, rather than an answer after the edge has gone; a moment later all is well."""
    draft, answers = counter.start_draft(), []
    saving = threading.Thread(target=lambda: answers.append(counter.save(draft, "income", {"employment": "1"})))
    with standing_still(counter):
        saving.start()
        time.sleep(MOST_SECONDS + 1)
    saving.join(PATIENCE)

    give_up_at = time.monotonic() + PATIENCE
    while counter.save(draft, "income", {"employment": "1"}).status_code != 200:
        assert time.monotonic() < give_up_at
        time.sleep(0.05)

    assert (503, "overloaded") == (answers[0].status_code, answers[0].json()["code"])
    assert "attempt_certificate" in answers[0].json()


def test_a_short_standstill_costs_time_and_nothing_else(counter: RunningCounter) -> None:
    """Whoever waited a moment is served."""
    draft, answers = counter.start_draft(), []
    saving = threading.Thread(target=lambda: answers.append(counter.save(draft, "income", {"employment": "1"})))
    with standing_still(counter):
        saving.start()
        time.sleep(0.3)
    saving.join(PATIENCE)

    assert 200 == answers[0].status_code
