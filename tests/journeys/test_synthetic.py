"""The synthetic applicant in the whole system: decided end to end, paid nothing, counted nowhere, and in balance."""

from collections.abc import Iterator

import pytest

from tests.integration.stack.running import until
from tests.journeys.system import System, running_system


@pytest.fixture(scope="module")
def watched() -> Iterator[System]:
    """A system in which she files every few seconds."""
    with running_system(APPRODO_SYNTHETIC="PT4S") as started:
        yield started


async def test_she_is_decided_and_changes_nothing(watched: System) -> None:
    """Refused with nothing due; no claim, no payment, no figure; what she wrote is in balance."""
    ops = watched.address("ops")
    until(lambda: watched.client.get(f"{ops}/v1/synthetic").json()["well"])
    until(lambda: watched.series("approdo_synthetic_applications_total") >= 2)
    told = watched.client.get(f"{ops}/v1/synthetic").json()

    assert ["started", "saved", "filed", "receipt", "decided"] == list(told["steps_seconds"])
    decided = await watched.rows("SELECT outcome, amount_cents FROM decision JOIN synthetic USING (draft_id)")
    assert {("refused", 0)} == {tuple(one) for one in decided}
    for table in ("live_claim", "work WHERE kind <> 'decision'"):
        assert [(0,)] == [tuple(row) for row in await watched.rows(f"SELECT count(*) FROM {table}")]
    assert 0 == watched.series("approdo_submissions")
    assert 0 == watched.series("approdo_decisions_total") == watched.series("approdo_time_to_decision_seconds_count")
    assert watched.series("approdo_synthetic_steps_total") >= 2 * 5
    assert 0 == watched.series("approdo_reconciliation_drift")
    assert "She does not file" not in watched.client.get(f"{ops}/balance").text
