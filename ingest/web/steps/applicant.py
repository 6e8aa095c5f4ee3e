"""The step about herself."""

from core.pages.languages import later as _
from ingest.web.fields import Field, Section, day

APPLICANT = Section(
    "applicant",
    "richiedente",
    _("I tuoi dati"),
    _("Chi chiede il bonus è la madre. Servono i tuoi dati, come sono scritti sulla tessera sanitaria."),
    (
        Field("first_name", _("Nome"), autocomplete="given-name"),
        Field("last_name", _("Cognome"), autocomplete="family-name"),
        Field("tax_code", _("Codice fiscale"), hint=_("16 tra lettere e numeri: è sulla tessera sanitaria.")),
        day(
            "birth_date",
            _("Data di nascita"),
            hint=_("Giorno, mese e anno: per esempio 01/05/1990. Bastano le cifre: 01051990."),
            autocomplete="bday",
        ),
        Field(
            "email",
            _("Email"),
            hint=_("Per avvisarti. Basta questa oppure il telefono."),
            autocomplete="email",
            inputmode="email",
        ),
        Field("phone", _("Telefono"), autocomplete="tel", inputmode="tel"),
        Field("address", _("Indirizzo (facoltativo)"), autocomplete="street-address"),
    ),
)
