"""Classes: what is asked, by how much it matters to her; the lowest is shed first."""

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import NamedTuple


class Class(IntEnum):
    """The classes of design section 7, the most important first."""

    KEEPING = 1  # what she typed is saved, sent, added to or taken back
    READING = 2  # her own draft, receipt, status, outcome
    BEGINNING = 3  # a draft is started, or opened by its code
    LOOKING = 4  # pages without a session, the verifier, the contract, the checker


class Kind(NamedTuple):
    """What a request is: the name of its operation in series and lines, and its class."""

    name: str
    of: Class
    by_page: bool = False  # asked by a browser, which gets a page


#: The class of each operation by its name. Health is asked by machines that must always hear, and is in none.
OPERATIONS: Mapping[str, Class] = {
    **dict.fromkeys(
        (
            "section.save",
            "submission.file",
            "submission.integrate",
            "submission.withdraw",
            "submission.reopen",
            "submission.switch_notices",
            "draft.complain",
            "draft.delete",
        ),
        Class.KEEPING,
    ),
    **dict.fromkeys(
        (
            "draft.read",
            "draft.export",
            "draft.attempts",
            "draft.receipts",
            "draft.register",
            "draft.attempt",
            "section.read",
            "section.revisions",
            "submission.read",
            "submission.outcome",
            "submission.receipt",
            "submission.notices",
        ),
        Class.READING,
    ),
    "draft.start": Class.BEGINNING,
    **dict.fromkeys(("receipt.keys", "receipt.verify", "outage.read", "openapi", "openapi.unversioned"), Class.LOOKING),
}
HEALTH = frozenset({"livez", "readyz", "status"})
#: The same of the pages. What their look is made of goes with what they show, for a page without it is not calm.
PAGES: Mapping[str, Class] = {
    **dict.fromkeys(
        (
            "page.save",
            "page.send",
            "page.restore",
            "page.choose",
            "page.deleted",
            "page.again",
            "page.act",
            "page.corrected",
            "page.notices",
            "page.complained",
        ),
        Class.KEEPING,
    ),
    **dict.fromkeys(
        (
            "page.overview",
            "page.held",
            "page.months",
            "page.access",
            "page.review",
            "page.receipt",
            "page.receipt_form",
            "page.status",
            "page.attempts",
            "page.export",
            "page.delete",
            "page.confirm",
            "page.section",
            "page.history",
            "page.section_receipt",
            "page.correct",
            "page.certificate",
            "page.asset",
        ),
        Class.READING,
    ),
    **dict.fromkeys(("page.begin", "page.resumed", "page.leave", "page.chosen", "page.closed"), Class.BEGINNING),
}
NOWHERE = Kind("unrouted", Class.LOOKING)
_PARAMETERS = ((3,), (3, 5), (2,))  # where addresses of ours have parameters, counted in parts between slashes


class Kinds:
    """Finds the kind of a request by its method and path, without the routes and before them."""

    def __init__(self, operations: Iterable[tuple[str, str, str]], pages: Iterable[tuple[str, str, str]]) -> None:
        """Take the operations of the contract and the routes of the pages: method, path and name of each."""
        self._known: dict[tuple[str, str], Kind | None] = {}
        for method, path, name in operations:
            self._learn(method, path, None if name in HEALTH else Kind(name, OPERATIONS.get(name, Class.LOOKING)))
        for method, path, name in pages:
            self._learn(method, path, Kind(name, PAGES.get(name, Class.LOOKING), by_page=True))

    def _learn(self, method: str, path: str, kind: Kind | None) -> None:
        shape = "/".join("*" if part.startswith("{") else part for part in path.split("/"))
        self._known[method, shape] = kind

    def of(self, method: str, path: str) -> Kind | None:
        """Return the kind of a request; None for what is never refused: health."""
        asked = "GET" if method == "HEAD" else method
        if (asked, path) in self._known:
            return self._known[asked, path]
        parts = path.split("/", 7)
        for stars in _PARAMETERS:
            if len(parts) > max(stars):
                shape = "/".join(["*" if place in stars else part for place, part in enumerate(parts)])
                if (asked, shape) in self._known:
                    return self._known[asked, shape]
        return NOWHERE
