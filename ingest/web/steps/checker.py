"""Not a step: the few questions of the checker, asked with the same fields."""

from core.pages.languages import later as _
from ingest.web.fields import Field, Group, Kind, Section
from ingest.web.steps.children import CHILDREN
from ingest.web.steps.work import WORK


def _named(section: Section, name: str) -> Field:
    return next(field for group in section.groups for field in group.fields if field.name == name)


CHECKER = Section(
    "checker",
    "controlla",
    _("Controlla quali mesi ti spettano"),
    _("Rispondi a poche domande: non chiediamo chi sei e non salviamo niente."),
    (Field("income", _("Redditi da lavoro di tutto il 2025, in euro"), Kind.SUM, inputmode="decimal"),),
    (
        Group(
            "children",
            _("Figlio o figlia"),
            _("Aggiungi un figlio o una figlia"),
            (_named(CHILDREN, "birth_date"),),
        ),
        Group(
            "periods",
            _("Lavoro"),
            _("Aggiungi un lavoro"),
            tuple(_named(WORK, name) for name in ("category", "start", "end", "active_months")),
        ),
    ),
)
