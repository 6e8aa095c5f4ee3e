"""What is answered about receipts, and about the service itself."""

from bonus.form import SECTIONS
from bonus.programme import PROGRAMMES
from core.domain.complaint import NAME
from core.domain.draft import MOST_REVISIONS
from core.domain.incident import Effect, Function
from core.domain.notice import NO_LETTERS
from core.domain.receipt import TRIAL_NOTICE, Kind
from core.domain.window import Window
from core.pages.languages import NAMES
from ingest.emergency.register import CAUSE, UNKNOWN
from ingest.health import EMERGENCY
from ingest.openapi import register_answers, values
from ingest.openapi.schema import Schema, a_list, an_object, choice, instant, ref, text, whole, yes_or_no
from ingest.proof.certificates import OPERATIONS
from ingest.proof.receipt_check import ALGORITHM, Reason

LATE_REASONS = ("supplementary", "after-ordinary-window", "after-all-windows")
LETTERS = (NO_LETTERS, *NAMES)
_BASE64URL = "^[A-Za-z0-9_-]+$"


def schemas() -> dict[str, Schema]:
    """Return them by name."""
    return {
        "ReceiptKeys": an_object("A JWK set (RFC 7517).", {"keys": a_list("Newest first.", ref("ReceiptKey"), 100)}),
        "ReceiptKey": _key(),
        "ReceiptShown": an_object(
            "A receipt somebody wants checked.", {"receipt": text("Its text.", most=20_000, pattern=r"^[\s\S]*$")}
        ),
        "ReceiptChecked": an_object(
            "What the check found.",
            {
                "valid": yes_or_no("Whether it is a receipt of ours, unaltered."),
                "reason": choice("Why.", [reason for reason in Reason if reason is not Reason.CONTENT_DIFFERS]),
                "receipt": _claims(),
            },
        ),
        "OutageAttested": an_object(
            "An outage that is over.",
            {"incident": values.incident(), "outage_attestation": values.attestation()},
        ),
        "Health": an_object("How this process is.", {"status": choice("Its health.", ("alive", "ready", EMERGENCY))}),
        "Status": _status(),
    }


def _key() -> Schema:
    return an_object(
        "A public key that signs, or signed, receipts (RFC 8037).",
        {
            "kty": choice("Key type.", ("OKP",)),
            "crv": choice("Curve.", ("Ed25519",)),
            "x": text("The public key, base64url.", most=43, least=43, pattern=_BASE64URL),
            "kid": text("RFC 7638 thumbprint.", most=43, least=43, pattern=_BASE64URL),
            "use": choice("What it is for.", ("sig",)),
            "alg": choice("JOSE algorithm.", (ALGORITHM,)),
            "created_at": instant("When it was made (machine time)."),
            "superseded_at": instant("When the next one was made; what it signed stays valid."),
        },
        optional=("superseded_at",),
    )


def _claims() -> Schema:
    sealed = an_object("A section.", {"digest": values.digest(), "revision": values.revision()})
    given = (*SECTIONS, NAME)
    claims = {
        "service": choice("Whose receipt it is.", ("approdo",)),
        "kind": choice("What it acknowledges.", Kind),
        "draft_id": values.draft_id(),
        "trial": yes_or_no("Made while the civil clock was shifted."),
        "notice": choice("Of a trial.", (TRIAL_NOTICE,)),
        "section": choice("Of a save.", SECTIONS),
        "revision": whole("Of a save.", 1, MOST_REVISIONS),
        "digest": values.digest(),
        "saved_at": instant("Of a save."),
        "number": values.number(),
        "programme": choice("The bonus and its year.", PROGRAMMES),
        "window": choice("The window of a filing.", Window),
        "late_reason": choice("Why a filing counts though the ordinary window is over.", LATE_REASONS),
        "letters": choice("Of her word on letters: the language of those to come, or that there are none.", LETTERS),
        "arrived_at": instant("Of a filing: decides every deadline."),
        "filed_at": instant("Of a filing, or of the act."),
        "first_filed_at": instant("Of an act: when the submission was filed."),
        "sections": an_object("What was sealed or given.", dict.fromkeys(given, sealed), optional=given),
        "attempted_at": instant("Of an attempt."),
        "operation": choice("What was attempted.", sorted(set(OPERATIONS.values()))),
        "code": ref("ProblemCode"),
        "incident": values.incident(),
        "function": choice("What was out of order.", Function),
        "started_at": instant("Of an outage (civil time)."),
        "ended_at": instant("Of an outage (civil time)."),
        "refused": whole("Requests an outage turned away, as far as they were noted.", 0, 2**31 - 1),
        "effect": choice("What an outage means for the terms.", Effect),
        "entry": register_answers.entry(),
        "cause": choice("Of an entry of the emergency register: why the store did not take it.", (CAUSE, UNKNOWN)),
        "interrupted_at": instant("Of an entry: since when the store was away."),
        "registered_at": instant("Of an entry: when it was durable."),
        "revisions": an_object(
            "Of a filing's entry: what it names.", dict.fromkeys(SECTIONS, values.revision()), optional=SECTIONS
        ),
    }
    return an_object("What it states; empty unless it is authentic.", claims, optional=claims)


def _status() -> Schema:
    return an_object(
        "The application's health (ModI RAC_REST_NAME_011).",
        {
            "type": text("Always about:blank.", most=200, pattern=r"^about:blank$"),
            "status": whole("The HTTP status.", 200, 200),
            "title": values.sentence("In a word."),
            "detail": values.sentence("In a sentence."),
        },
    )
