"""What is done after a filing: its receipt says of which programme, and when it came in."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

import orjson
import pytest

from core.domain.receipt import Kind, instant
from core.domain.submission import Acted, Reason
from ingest import texts
from ingest.acts import reply_to, told
from ingest.proof.receipt_check import claims_of
from ingest.proof.receipts import Receipts

NOW = datetime(2025, 11, 20, 8, 0, tzinfo=UTC)
DRAFT = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


@pytest.mark.parametrize("kind", [Kind.INTEGRATION, Kind.WITHDRAWAL, Kind.REVIEW_REQUEST])
def test_the_receipt_of_an_act_states_programme_and_arrival(receipts: Receipts, kind: Kind):
    """Both of the act itself; the filing's own instant stays beside them."""
    came, filed_at = NOW - timedelta(milliseconds=40), NOW - timedelta(days=3)
    acted = Acted(
        draft_id=DRAFT,
        number="XVP5KW5R",
        programme="bonus-mamme-2025",
        state="in_review",
        arrived_at=came,
        at=NOW,
        filed_at=filed_at,
        sections={},
        trial=False,
    )

    body = orjson.loads(reply_to(SimpleNamespace(receipts=receipts), kind)(acted))

    stated = claims_of(body["receipt"])
    assert (kind, "bonus-mamme-2025") == (stated["kind"], stated["programme"])
    assert (instant(came), instant(NOW)) == (stated["arrived_at"], stated["filed_at"])
    assert instant(filed_at) == stated["first_filed_at"]


def test_what_a_reason_is_about_is_said_in_words_where_there_are_some():
    """A fact has a name in Italian; a pointer has none, and is not called one."""
    reasons = (Reason("cf-check", "/applicant/tax_code"), Reason("registry-contradicts", "child:1"))
    asked = SimpleNamespace(state="needs_applicant", at=NOW, reasons=reasons)
    view = dict.fromkeys(("number", "programme", "window", "next_check_at", "payment_stands"))
    view |= {"arrived_at": NOW, "filed_at": NOW}

    (line,) = told(
        SimpleNamespace(texts=texts.load()), SimpleNamespace(**view, state="needs_applicant", timeline=[asked])
    )["timeline"]

    pointer, fact = line["reasons"]
    assert ("/applicant/tax_code", False) == (pointer["about"], "about_label" in pointer)
    assert ("child:1", "il figlio numero 2") == (fact["about"], fact["about_label"])
