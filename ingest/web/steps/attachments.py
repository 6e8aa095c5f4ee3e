"""The step about documents; the only one that may be left out."""

from core.pages.languages import later as _
from ingest.web.fields import Field, Group, Kind, Section

ATTACHMENTS = Section(
    "attachments",
    "documenti",
    _("Documenti"),
    _(
        "Non è obbligatorio. Se hai un figlio senza codice fiscale italiano, indica qui i documenti "
        "che hai: la sede decide prima."
    ),
    groups=(
        Group(
            "documents",
            _("Documento"),
            _("Aggiungi un documento"),
            (
                Field("kind", _("Che documento è"), hint=_("Per esempio certificato di nascita.")),
                Field("child_index", _("Di quale figlio o figlia"), Kind.CHILD),
                Field(
                    "legalisation",
                    _("Come è reso valido in Italia"),
                    Kind.LONG_CHOICE,
                    choices=(("apostille", _("Con apostille")), ("legalised", _("Legalizzato"))),
                ),
                Field("file_name", _("Nome del file, se ce l'hai (facoltativo)"), rare=True),
                Field("sha256", _("Impronta SHA-256 del file (facoltativo)"), rare=True),
            ),
            named_by="kind",
        ),
    ),
    required=False,
)
