"""Orphans: what a child leaves behind when it ends is ended before the supervisor says that all has stopped."""

import subprocess
import sys

import psutil

from deploy.local.process import ROOT

PATIENCE = 60.0  # seconds on a busy machine
#: Sessions of their own, each begun by the one before it: killing a group, or a child, ends none of the others.
GENERATIONS = 4
BEGINS_ANOTHER = """
import subprocess, sys, time
left = int(sys.argv[1])
if left:
    subprocess.Popen([sys.executable, "-c", sys.argv[2], str(left - 1), sys.argv[2]], start_new_session=True)
else:
    print("all there", flush=True)
time.sleep(600)
"""
SUPERVISES = """
import signal, sys
from pathlib import Path

import psutil

from deploy.local import supervisor
from deploy.local.child import Child, Stage, Step
from deploy.local.process import Command
from deploy.local.stop_request import StopRequest
from deploy.local.terminal import Terminal

folder, begins, generations = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
command = Command("first", [sys.executable, "-c", begins, generations, begins], {})
said = folder / "first.log"
first = Child("first", command, lambda pid: "all there" in said.read_text(), Stage.BESIDE, [Step(signal.SIGTERM, 10)])
supervisor.KILLED = 60.0  # on a busy machine what was killed may take its time
everybody = supervisor.Supervisor(folder, Terminal(folder / "supervisor.log", sys.stderr), StopRequest())
everybody.bring_up([first])
print(*(child.pid for child in psutil.Process().children(recursive=True)), flush=True)
sys.stdin.readline()
everybody.take_down()
print(*(child.pid for child in psutil.Process().children(recursive=True)), flush=True)
"""


def test_nothing_is_left_of_children_of_children(tmp_path):
    """Each comes to us when the one that began it has been killed, and is gone when all is said to have stopped."""
    command = [sys.executable, "-c", SUPERVISES, str(tmp_path), BEGINS_ANOTHER, str(GENERATIONS)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as supervisor:
        assert supervisor.stdout is not None
        family = [psutil.Process(int(pid)) for pid in supervisor.stdout.readline().split()]
        left, _ = supervisor.communicate("stop\n", timeout=PATIENCE)
    still = [process.pid for process in family if process.is_running()]
    for pid in still:
        psutil.Process(pid).kill()

    assert len(family) == GENERATIONS + 1
    assert ("", []) == (left.strip(), still)
