"""One running system in which bugs may be planted: what is broken stays broken until the next test begins."""

import pytest

from tests.journeys.system import running_system

TABLES = (
    "draft, section_revision, refused_copy, submission, live_claim, submission_event, verification, decision, work,"
    " effect, idempotency"
)


@pytest.fixture(scope="package")
def system():
    """Everything `make run` starts."""
    with running_system() as started:
        yield started


async def emptied(system):
    """Return the system without a row, and its registries without a memory."""
    await system.rows(f"TRUNCATE {TABLES} CASCADE")
    system.client.delete(f"{system.address('registries')}/calls")
    return system


@pytest.fixture
async def clean(system):
    """The system without a row."""
    return await emptied(system)
