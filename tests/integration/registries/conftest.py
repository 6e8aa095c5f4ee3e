"""The real stand-ins on a free port, real clients, and a scripted line for what no server would do by itself."""

import os
import socket
import subprocess
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio

from core.storage.switches import nothing_paused
from retry.policy import BreakerPolicy, BudgetPolicy
from tests.conftest import PATIENCE
from tests.fakes.clock import FakeClock
from tests.integration.registries.line import Line
from workers.registries import Limits, Registries

# Where an answer comes, nothing is ended for being late: the machine may be busy.
PATIENT = Limits(
    connect=timedelta(seconds=20),
    voucher=timedelta(seconds=30),
    read=timedelta(seconds=30),
    total=timedelta(seconds=45),
    place=timedelta(seconds=30),
    concurrency=4,
)
SHORT = Limits(
    connect=timedelta(seconds=0.9),
    voucher=timedelta(seconds=1),
    read=timedelta(seconds=1),
    total=timedelta(seconds=1.5),
    place=timedelta(seconds=0.5),
    concurrency=4,
)
#: For a test in which no answer comes, and that is what ends the call.
in_vain = pytest.mark.parametrize("limits", [SHORT], ids=["short limits"])


@dataclass(frozen=True)
class Asked:
    """A question as bonus/questions.py makes them."""

    fact: str = "identity"
    registry: str = "anpr"
    body: dict = field(default_factory=lambda: {"tax_code": "RSSMRA85T50H501Z", "first_name": "Maria"})


class StandIns:
    """What a test tells the stand-ins, and what they say they saw."""

    def __init__(self, url):
        self.url = url
        self._client = httpx.Client(base_url=url, trust_env=False, timeout=PATIENCE)

    def answer(self, mode, registry="*", **order):
        response = self._client.put("/control", json={"registry": registry, "mode": mode, **order})
        assert response.status_code == 200, response.text

    def calls(self, **wanted):
        return self._client.get("/calls", params=wanted).json()

    def reset(self):
        self._client.delete("/control")
        self._client.delete("/calls")

    def close(self):
        self._client.close()


@pytest.fixture(scope="session")
def standins_process():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        descriptor = listening.fileno()
        environment = {**os.environ, "APPRODO_SOCKET_FD": str(descriptor)}
        command = [sys.executable, "-m", "loadtest.standins"]
        process = subprocess.Popen(command, env=environment, pass_fds=[descriptor])
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    yield url
    process.terminate()
    assert process.wait(timeout=PATIENCE) is not None


@pytest.fixture
def standins(standins_process):
    told = StandIns(standins_process)
    told.reset()
    yield told
    told.reset()
    told.close()


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def facts():
    return []


@asynccontextmanager
async def opened(url, clock, facts, *, limits=PATIENT, budget=None, paused=nothing_paused):
    async with Registries(
        url,
        limits=limits,
        breaker=BreakerPolicy(),
        budget=budget or BudgetPolicy(),
        clock=clock,
        observe=lambda fact, /, **fields: facts.append((fact, fields)),
        paused=paused,
    ) as registries:
        yield registries


@pytest.fixture
def limits():
    return PATIENT


@pytest_asyncio.fixture
async def registries(standins, clock, facts, limits):
    async with opened(standins.url, clock, facts, limits=limits) as registries:
        facts.clear()
        yield registries


@pytest_asyncio.fixture
async def line():
    async with Line() as line:
        yield line


@pytest_asyncio.fixture
async def on_the_line(line, clock, facts, limits):
    """Registries whose far end is the scripted line; they have a voucher and a connection already."""
    async with opened(line.url, clock, facts, limits=limits) as registries:
        await registries.ask(Asked(fact="first"))
        facts.clear()
        yield registries
