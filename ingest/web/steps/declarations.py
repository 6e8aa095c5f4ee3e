"""The step of the months she asks for and of the declarations."""

from core.pages.languages import later as _
from ingest.web.fields import Field, Kind, Section

DECLARATIONS = Section(
    "declarations",
    "dichiarazioni",
    _("Mesi e dichiarazioni"),
    _("Scegli i mesi che chiedi e conferma le due dichiarazioni."),
    (
        Field(
            "requested_months",
            _("Mesi che chiedi"),
            Kind.MONTHS,
            hint=_("Abbiamo già segnato quelli che sembrano spettarti. Puoi chiederne anche altri, o di meno."),
        ),
        Field(
            "truthful",
            _(
                "Dichiaro che i dati scritti in questa domanda sono veri e che so "
                "che le dichiarazioni false sono punite (artt. 46, 47 e 76 D.P.R. 445/2000)."
            ),
            Kind.TICK,
        ),
        Field("privacy_notice", _("Ho letto l'informativa sulla privacy."), Kind.NOTICE),
    ),
)
