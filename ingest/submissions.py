"""Submissions: filed and answered at once, followed, added to, taken back, looked at again."""

from hashlib import sha256

import orjson

from bonus.form import SECTIONS, shape_problems
from core.domain.errors import OutcomeUnknown, StoreUnavailable
from core.domain.number import NotANumber, normalised
from core.domain.receipt import Kind, digest, instant
from core.domain.register import Entry
from core.domain.submission import DECIDED, Action, Decision, Filing, Integration, NewContent, SubmissionView
from core.pages.languages import preferred
from ingest import acts
from ingest.counter import Counter
from ingest.filing import CounterRules
from ingest.http import reply, wire
from ingest.http.call import Call
from ingest.http.preconditions import idempotency_key
from ingest.http.refusal import Refusal, wrong_shape
from ingest.http.reply import Reply
from ingest.proof.canonical import canonical


async def file(counter: Counter, call: Call) -> Reply:
    """POST /v1/drafts/{draft_id}/submission: seal the draft exactly as she saw it, and answer at once (202)."""
    asked = await call.json(counter.body_bytes)
    key = idempotency_key(call.headers)
    draft_id = counter.owner_of(call)
    named = wire.read(wire.Submit, asked).sections
    if not named.keys() <= set(SECTIONS):
        raise wrong_shape([wire.Fault("unknown-field", "/sections")])
    filing = Filing(
        draft_id=draft_id,
        key=key,
        fingerprint=sha256(canonical({"sections": named})).digest(),
        sections=named,
        arrived_at=call.arrived_at,
        rules=CounterRules(counter),
        traceparent=call.span.traceparent if call.span else None,
        language=preferred(call.header(b"accept-language")),
    )
    if counter.register.goes_first(draft_id):
        return _registered(counter, await counter.register.file(filing))
    try:
        answer = await counter.submissions.file(filing)
    except (StoreUnavailable, OutcomeUnknown) as why:
        return _registered(counter, await counter.register.file(filing, why))
    number = wire.number_in(answer.body)
    if (filed := answer.filed) is not None:
        counter.observe("submission.accepted", number=number, channel=filed.channel, window=filed.window)
    return Reply(answer.status, answer.body, [(b"location", f"/v1/submissions/{number}".encode())])


def _registered(counter: Counter, entry: Entry) -> Reply:
    """Acknowledge a filing that waits in the emergency register: its arrival counts, its number comes later.

    The same request is answered with the same bytes while it waits, and with the filing's own answer afterwards.
    """
    body = {
        "entry": entry.name,
        "arrived_at": instant(entry.arrived_at + entry.ahead),
        "registered_at": instant(entry.registered_at + entry.ahead),
        "digest": entry.digest.hex(),
        "receipt": counter.register.receipt(entry),
    }
    location = f"/v1/drafts/{entry.draft_id}/register-entries".encode()
    return Reply(202, orjson.dumps(body), [(b"location", location)])


async def read(counter: Counter, call: Call) -> Reply:
    """GET /v1/submissions/{number}: where it stands; 303 to the outcome once there is one (NONBLOCK_PULL_REST)."""
    view = await _own(counter, call)
    if view.state not in DECIDED:
        return reply.json(acts.told(counter, view) | {"estimate": await _estimate(counter)})
    location = (b"location", f"/v1/submissions/{view.number}/outcome".encode())
    return reply.json(_outcome(counter, view), 303, [location])


async def outcome(counter: Counter, call: Call) -> Reply:
    """GET /v1/submissions/{number}/outcome: the decision, month by month. Errors: not-decided-yet (404)."""
    view = await _own(counter, call)
    if view.state not in DECIDED:
        raise Refusal("not-decided-yet")
    return reply.json(_outcome(counter, view))


async def receipt(counter: Counter, call: Call) -> Reply:
    """GET /v1/submissions/{number}/receipt: the receipt, its printable page or its PDF, by `Accept`."""
    view = await _own(counter, call)
    return await counter.receipt_forms.of(view.number, view.receipt, call.header(b"accept"))


async def integrate(counter: Counter, call: Call) -> Reply:
    """POST /v1/submissions/{number}/integrations: add or correct what was asked for; the filing's date stays."""
    asked = await call.json(counter.body_bytes)
    key = idempotency_key(call.headers)
    draft_id = counter.caller(call).draft_id
    number = number_of(call)
    given = wire.read(wire.Integrate, asked).sections
    for section, new in given.items():
        _must_have_shape(section, new.content)
    contents = {name: canonical(new.content) for name, new in given.items()}
    answer = await counter.submissions.integrate(
        Integration(
            draft_id=draft_id,
            number=number,
            key=key,
            fingerprint=sha256(canonical(wire.as_json(given))).digest(),
            sections={
                name: NewContent(given[name].base_revision, content, digest(draft_id, name, content))
                for name, content in contents.items()
            },
            key_id=counter.receipts.key_id,
            rules=CounterRules(counter),
            reply=acts.reply_to(counter, Kind.INTEGRATION),
            arrived_at=call.arrived_at,
        )
    )
    return Reply(answer.status, answer.body)


def _must_have_shape(section: str, content: object) -> None:
    """A pointer leads to the place in what was sent."""
    if section not in SECTIONS:
        raise wrong_shape([wire.Fault("unknown-field", f"/sections/{wire.escaped(section)}")])
    if wrong := shape_problems(section, content):
        raise wrong_shape([wire.Fault(one.code, f"/sections/{section}/content{one.pointer}") for one in wrong])


async def withdraw(counter: Counter, call: Call) -> Reply:
    """POST /v1/submissions/{number}/withdrawal: take the application back; she can file again."""
    return Reply(200, await counter.submissions.withdraw(await _act(counter, call, Kind.WITHDRAWAL)))


async def reopen(counter: Counter, call: Call) -> Reply:
    """POST /v1/submissions/{number}/review-request: ask for the decision to be looked at again."""
    return Reply(200, await counter.submissions.reopen(await _act(counter, call, Kind.REVIEW_REQUEST)))


async def _act(counter: Counter, call: Call, kind: Kind) -> Action:
    await call.body(counter.body_bytes)  # these carry no content; what is sent is read, bounded, and set aside
    return Action(counter.caller(call).draft_id, number_of(call), acts.reply_to(counter, kind), call.arrived_at)


async def _own(counter: Counter, call: Call) -> SubmissionView:
    """Return the submission this call names, if the token is its draft's; else the same 404 as for none."""
    draft_id = counter.caller(call).draft_id
    return await counter.submissions.read(draft_id, number_of(call))


def number_of(call: Call) -> str:
    """Return the number a call names. Errors: Refusal not-found (404)."""
    try:
        return normalised(call.path["number"])
    except NotANumber:
        raise Refusal("not-found") from None


async def _estimate(counter: Counter) -> dict[str, object] | None:
    """Return how long decisions take now, or None where nothing recent says so: better no word than an old one."""
    seen = await counter.estimates.now()
    if seen is None:
        return None
    return {
        "from": wire.duration(seen.quick),
        "to": wire.duration(seen.slow),
        "based_on": seen.decisions,
        "as_of": instant(seen.at),
    }


def _outcome(counter: Counter, view: SubmissionView) -> dict[str, object]:
    assert view.decision is not None
    return acts.told(counter, view) | _decision(counter, view.decision)


def _decision(counter: Counter, decision: Decision) -> dict[str, object]:
    assert decision.decided_at is not None
    return {
        "decision": decision.outcome,
        "decided_at": instant(decision.decided_at),
        "amount": acts.euro(decision.amount_cents),
        "months": [
            {"month": month.month, "due": month.due, "reasons": acts.reasons(counter, month.reasons)}
            for month in decision.months
        ],
        "rules_version": decision.rules_version,
    }
