"""A new key signs from the next start on; what the old one signed stays what it was."""

from collections.abc import Callable

from loadtest.receipt import verified
from tests.journeys.applicant import Applicant
from tests.journeys.system import System

New = Callable[..., Applicant]


def test_a_rotation_makes_no_receipt_and_no_token_worthless(system: System, applicant: New) -> None:
    """Old receipts verify with the new key set, are given out again as they were, and old tokens still open."""
    mother = applicant().fill()
    old_keys, old = system.keys(), mother.save("income")
    filed = mother.file().json()

    for purpose in ("receipts", "tokens"):
        rotated = system.run("ingest.keys", "rotate", purpose)
        assert 0 == rotated.returncode, rotated.stderr
    system.restart("counter-1")

    keys = system.keys()
    assert old_keys.keys() < keys.keys()
    assert verified(old["receipt"], keys) == verified(old["receipt"], old_keys)
    export = mother.get(f"/v1/drafts/{mother.draft}/export").json()
    assert old["receipt"] == export["sections"]["income"]["revisions"][-1]["receipt"]
    assert filed["receipt"] == mother.get(f"/v1/submissions/{mother.submission}/receipt").json()["receipt"]
    new = applicant().start().save("income")["receipt"]
    assert verified(new, {kid: key for kid, key in keys.items() if kid not in old_keys})
