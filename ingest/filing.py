"""What the counter knows about a filing and storage does not: calendar, person, number, receipt, answer."""

from dataclasses import dataclass
from datetime import datetime

import orjson

from bonus.checks import declarations_given
from bonus.form import REQUIRED
from bonus.tax_code import read_tax_code
from core.domain.mail_address import mail_address
from core.domain.receipt import SubmissionReceipt, instant
from core.domain.submission import Filed, State
from core.domain.window import Window
from ingest.acts import sealed
from ingest.counter import Counter


@dataclass(frozen=True, slots=True)
class CounterRules:
    """The filing rules at this counter (core.domain.submission.FilingRules)."""

    counter: Counter
    required: tuple[str, ...] = REQUIRED

    def window_at(self, programme: str, arrived_at: datetime) -> Window:
        """Return the window of an arrival, `outside` for one in none."""
        return self.counter.programmes[programme].window_at(arrived_at) or Window.OUTSIDE

    def person(self, applicant: bytes) -> bytes | None:
        """Return the person's key, only where the check letter of her tax code holds."""
        typed = orjson.loads(applicant).get("tax_code")
        code = read_tax_code(typed) if typed else None
        return self.counter.people.pseudonym(code) if code else None

    def declared(self, declarations: bytes) -> bool:
        """Say whether she declared what a filing needs."""
        return declarations_given(orjson.loads(declarations))

    def tells(self, applicant: bytes) -> bool:
        """Say whether she is told by letter how it goes on."""
        return self.counter.sends_letters and mail_address(orjson.loads(applicant).get("email")) is not None

    def number(self, sequence: int) -> str:
        """Return the number people read out."""
        return self.counter.numbers.number(sequence)

    def reply(self, filed: Filed) -> tuple[str, bytes]:
        """Return the receipt and the answer of a filing."""
        receipt = self.counter.receipts.sign(_receipt(filed))
        body = {
            "number": filed.number,
            "arrived_at": instant(filed.arrived_at),
            "filed_at": instant(filed.filed_at),
            "state": State.ACCEPTED,
            "receipt": receipt,
        }
        return receipt, orjson.dumps(body)


def _receipt(filed: Filed) -> SubmissionReceipt:
    return SubmissionReceipt(
        draft_id=filed.draft_id,
        filed_at=filed.filed_at,
        trial=filed.trial,
        number=filed.number,
        programme=filed.programme,
        sections=sealed(filed.sections),
        arrived_at=filed.arrived_at,
        window=filed.window,
        late_reason=_late_reason(filed),
    )


def _late_reason(filed: Filed) -> str | None:
    """Say why a filing counts though the ordinary window is over; whether it is granted is the rules' affair."""
    if filed.supplementary:
        return "supplementary"
    return {Window.LATE: "after-ordinary-window", Window.OUTSIDE: "after-all-windows"}.get(filed.window)
