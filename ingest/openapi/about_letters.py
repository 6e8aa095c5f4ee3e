"""What is told of the calls about notices and complaints."""

from core.domain.complaint import MOST_CERTIFICATES, MOST_COMPLAINTS
from core.domain.notice import ON_ITS_WAY, TOLD, Fate
from core.pages.languages import NAMES
from ingest.http.wire import MOST_COMPLAINT
from ingest.openapi import values
from ingest.openapi.refusals import BODY, CALLER, KEY, READ, WIRE, WRITE
from ingest.openapi.schema import Schema, a_list, an_object, choice, instant, or_null, ref, text, whole, yes_or_no
from ingest.openapi.told import Answer, Body, Told

TAG = "letters"
_NUMBER = ("Number",)
_NOTICES = (Answer(200, "The letters.", {"application/json": ref("Notices")}),)

NOTICES = Told(
    "Read the notices",
    "Which letters about this application were sent by e-mail, or are to be, and whether more are wanted.",
    TAG,
    _NOTICES,
    (*CALLER, *READ),
    _NUMBER,
)

SWITCH_NOTICES = Told(
    "Switch notices on or off",
    "Says whether letters are wanted from now on, and in which language. The application goes on alike. A repeat "
    "changes nothing and gets the same receipt.",
    TAG,
    (Answer(200, "The letters, and the receipt of her word.", {"application/json": ref("NoticesSwitched")}),),
    (*BODY, *CALLER, *WIRE, *WRITE),
    _NUMBER,
    Body("Her word.", ref("NoticesWanted"), {"off": {"wanted": False}, "german": {"wanted": True, "language": "de"}}),
)

COMPLAIN = Told(
    "Complain",
    "Keeps what she writes, with the certificates of her refused attempts beside it, answers with a signed receipt, "
    "and tells the office. The digest in the receipt is that of `{text, attempts}` under the name `complaint`. The "
    "same request with the same key gets the same answer.",
    TAG,
    (Answer(201, "Kept.", {"application/json": ref("Complained")}),),
    (*BODY, *KEY, *CALLER, *WIRE, "draft-full", *WRITE),
    ("DraftId", "IdempotencyKey"),
    Body("What she writes.", ref("Complaint"), {"lost": {"text": "Ieri sera non sono riuscita a inviare la domanda."}}),
)


def schemas() -> dict[str, Schema]:
    """Return the named ones."""
    return {
        "NoticesWanted": an_object(
            "Her word.",
            {"wanted": yes_or_no("Whether letters are wanted."), "language": or_null(_language())},
            optional=("language",),
        ),
        "Notices": an_object("The letters of an application.", _notices()),
        "NoticesSwitched": an_object(
            "The letters of an application, and the receipt of what she said about them.",
            _notices() | {"at": instant("When she said it (civil time)."), "receipt": values.receipt()},
        ),
        "Notice": an_object(
            "One letter.",
            {
                "topic": choice("The state it tells of.", sorted(TOLD)),
                "label": values.sentence("The same in plain Italian."),
                "made_at": instant("When it was written."),
                "ended_at": or_null(instant("When it was sent, or given up; null while it is on its way.")),
                "fate": choice("What became of it.", (*Fate, ON_ITS_WAY)),
            },
        ),
        "Complaint": an_object("A complaint.", {"text": text("What she writes.", least=1, most=MOST_COMPLAINT)}),
        "Complained": an_object(
            "The complaint, kept.",
            {
                "complaint": whole("Which one of this draft it is.", 1, MOST_COMPLAINTS),
                "at": instant("When (civil time)."),
                "attempts": whole("How many certificates were put beside it.", 0, MOST_CERTIFICATES),
                "receipt": values.receipt(),
            },
        ),
    }


def _notices() -> dict[str, Schema]:
    return {
        "wanted": yes_or_no("Whether more will be sent."),
        "language": _language(),
        "sent_here": yes_or_no("Whether this copy of the service sends letters at all."),
        "notices": a_list("Oldest first.", ref("Notice"), 1_000),
    }


def _language() -> Schema:
    return choice("The language of letters.", NAMES)
