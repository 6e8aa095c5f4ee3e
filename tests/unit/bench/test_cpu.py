"""CPU time: every process of a program counts, those that ended too."""

import os
import subprocess
import sys
import threading
import time

from loadtest.bench import cpu

LOOKS = 1_000
BURN = "import time\nwhile time.process_time() < 0.3: pass\n"
WITH_A_CHILD_THAT_ENDED = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {BURN!r}])
print("ready", flush=True)
sys.stdin.read()
"""
BURN_AND_WAIT = BURN + 'print("ready", flush=True); input()'
WITH_A_CHILD_THAT_RUNS = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {BURN_AND_WAIT!r}], stdin=subprocess.PIPE)
sys.stdin.read()
child.communicate()
"""


def used_by(program: str) -> float:
    """The CPU seconds of a program once it says that it is ready."""
    arguments = [sys.executable, "-c", program]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert b"ready\n" == process.stdout.readline()
        return cpu.used({"program": process.pid})["program"]


def test_a_child_that_ended_is_counted() -> None:
    """PostgreSQL's backends and vacuums come and go."""
    assert used_by(WITH_A_CHILD_THAT_ENDED) >= 0.2  # of 0.3 spun: the kernel counts in ticks


def test_a_child_that_runs_is_counted() -> None:
    """Dramatiq's workers are children of its command."""
    assert used_by(WITH_A_CHILD_THAT_RUNS) >= 0.2  # of 0.3 spun: the kernel counts in ticks


def test_no_child_is_overlooked_while_threads_come_and_go() -> None:
    """Each thread is asked for the children it has begun; one that ends then takes nobody else's along."""
    over = threading.Event()

    def comes_and_goes() -> None:
        while not over.is_set():
            short = threading.Thread(target=int)
            short.start()
            short.join()

    with subprocess.Popen(["sleep", "600"]) as child:
        thread = threading.Thread(target=comes_and_goes)
        thread.start()
        try:
            seen = [child.pid in cpu.children(os.getpid()) for _ in range(LOOKS)]
        finally:
            over.set()
            thread.join()
            child.kill()

    assert [True] * LOOKS == seen


def test_what_was_used_before_is_left_out() -> None:
    """Only the steady phase counts."""
    assert {"a": 0.5} == cpu.since({"a": 2.0}, {"a": 2.5})


def test_waiting_costs_nothing() -> None:
    """CPU time and not the time on the wall; what else this process has begun is not waiting."""
    with subprocess.Popen(["sleep", "600"]) as waits:
        began = cpu.used({"it": waits.pid})
        time.sleep(0.2)
        used = cpu.since(began, cpu.used({"it": waits.pid}))
        waits.kill()

    assert used["it"] < 0.1
