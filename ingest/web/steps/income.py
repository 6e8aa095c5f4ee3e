"""The step about income."""

from core.pages.languages import later as _
from ingest.web.fields import Field, Kind, Section

INCOME = Section(
    "income",
    "redditi",
    _("Redditi"),
    _(
        "Quanto pensi di guadagnare con il lavoro in tutto il 2025. "
        "Non contare TFR, NASpI, DIS-COLL, pensioni e affitti."
    ),
    (
        Field(
            "employment",
            _("Reddito da lavoro dipendente, in euro"),
            Kind.SUM,
            hint=_("Per esempio 18.500,00. Se non ne hai scrivi 0."),
            inputmode="decimal",
        ),
        Field(
            "self_employment",
            _("Reddito da lavoro autonomo, in euro"),
            Kind.SUM,
            hint=_("Se non ne hai scrivi 0."),
            inputmode="decimal",
        ),
        Field(
            "flat_rate",
            _("Sei in regime forfettario?"),
            Kind.YES_NO,
            hint=_("Solo se hai redditi da lavoro autonomo."),
            rare=True,
        ),
    ),
)
