"""Programmes: what changes from year to year, as data. `docs/how-to-add-a-year.md` walks through it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from bonus.rules import FIRST_RULES, Rules
from core.clock import ROME
from core.domain.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """One benefit for one year: its amount, calendar, form and rules."""

    name: str
    year: int
    monthly_cents: int
    accepts_drafts: bool  # False: the rules can be tried, nobody can apply
    form_version: str
    rules_version: str
    privacy_notice: str  # the version of the notice the form shows
    ordinary_until: datetime  # the first instant out of the window, Europe/Rome
    late_until: datetime
    rules: Rules

    def window_at(self, arrived_at: datetime) -> Window | None:
        """Return the filing window of an arrival (aware), None when all are over. Windows are half-open.

        There is no "too early": the circular sets no opening instant, and nobody is refused for hurrying.
        """
        if arrived_at < self.ordinary_until:
            return Window.ORDINARY
        return Window.LATE if arrived_at < self.late_until else None

    @property
    def requirements_by(self) -> date:
        """The last day of the ordinary window: who met the requirements by then had to file by then."""
        return (self.ordinary_until.astimezone(ROME) - timedelta(days=1)).date()


#: Art. 6 D.L. 95/2025 (conv. L. 118/2025); circolare INPS 139 of 28 October 2025. The ordinary window is forty days
#: from the circular: 7 December is a Sunday and the 8th a holiday, so it ends with the 9th. The late one ends with
#: 31 January 2026, a Saturday, which does not move.
BONUS_MAMME_2025 = Programme(
    name="bonus-mamme-2025",
    year=2025,
    monthly_cents=40_00,
    accepts_drafts=True,
    form_version="2025-10-28",
    rules_version="2025.1",
    privacy_notice="2025-10-28",
    ordinary_until=datetime(2025, 12, 10, tzinfo=ROME),
    late_until=datetime(2026, 2, 1, tzinfo=ROME),
    rules=FIRST_RULES,
)

#: L. 199/2025 art. 1 c. 206-207: the same text with sixty euro. No circular yet, so its calendar is only supposed, by
#: analogy, and nobody can apply.
BONUS_MAMME_2026 = replace(
    BONUS_MAMME_2025,
    name="bonus-mamme-2026",
    year=2026,
    monthly_cents=60_00,
    accepts_drafts=False,
    rules_version="2026.0",
    ordinary_until=datetime(2026, 12, 10, tzinfo=ROME),
    late_until=datetime(2027, 2, 1, tzinfo=ROME),
)

PROGRAMMES: Mapping[str, Programme] = MappingProxyType(
    {each.name: each for each in (BONUS_MAMME_2025, BONUS_MAMME_2026)}
)

#: Every privacy notice a form has shown.
PRIVACY_NOTICES = frozenset(each.privacy_notice for each in PROGRAMMES.values())
