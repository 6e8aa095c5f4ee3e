"""Pages: what every page of the console has in common, and where it is filled in."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from fastapi import Request, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from core.clock import ROME
from core.domain.number import grouped
from monitoring.console.sessions import Visitor


class Place(NamedTuple):
    """One entry of the navigation."""

    address: str
    name: str


PLACES: Sequence[Place] = (
    Place("/", "Now"),
    Place("/worklist", "On a list"),
    Place("/desk", "Officer's desk"),
    Place("/switches", "Switches"),
    Place("/incidents", "Incidents"),
    Place("/audit", "Audit trail"),
    Place("/balance", "Balance"),
    Place("/stato", "Public status"),
)


class Pages:
    """Fills in the templates."""

    def __init__(self, civil: Callable[[], str | None], more: Sequence[Place] = ()) -> None:
        """Arguments: the shifted civil time as it is shown, None where it is not; other rooms' places."""
        self._civil, self._places = civil, (*PLACES, *more)
        self._templates = Environment(
            loader=PackageLoader("monitoring.console"), autoescape=True, undefined=StrictUndefined
        )
        self._templates.filters |= {"said": said, "instant": instant, "grouped": grouped}

    def page(self, request: Request, template: str, status: int = 200, **filled: object) -> Response:
        """Return a page as this visitor sees it."""
        visitor: Visitor | None = getattr(request.state, "visitor", None)
        here = request.url.path
        text = self._templates.get_template(template).render(
            **filled, visitor=visitor, places=self._places if visitor else (), here=here, civil=self._civil()
        )
        return Response(text, status, media_type="text/html")


def said(code: str) -> str:
    """Return a code as it is read: `out-of-patience` is "out of patience"."""
    return code.replace("_", " ").replace("-", " ")


def instant(at: datetime | None) -> str:
    """Return an instant as Italy's clocks show it."""
    return "–" if at is None else f"{at.astimezone(ROME):%d/%m/%Y %H:%M:%S}"
