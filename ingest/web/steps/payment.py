"""The step about how she is paid."""

from core.pages.languages import later as _
from ingest.web.fields import Field, Kind, Section

PAYMENT = Section(
    "payment",
    "pagamento",
    _("Pagamento"),
    _("Il bonus si paga una volta sola, su un conto intestato o cointestato a te oppure alle Poste."),
    (
        Field(
            "method",
            _("Come vuoi ricevere il bonus"),
            Kind.CHOICE,
            choices=(
                ("iban", _("Su un conto, con l'IBAN")),
                ("postal_transfer", _("In contanti all'ufficio postale (bonifico domiciliato)")),
            ),
        ),
        Field("iban", _("IBAN"), hint=_("Solo se hai scelto il conto: lo trovi nell'app o sull'estratto conto.")),
    ),
)
