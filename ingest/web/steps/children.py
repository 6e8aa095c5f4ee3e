"""The step about her children: a card for each."""

from core.pages.languages import later as _
from ingest.web.fields import Field, Group, Kind, Section, day

CHILDREN = Section(
    "children",
    "figli",
    _("Figli"),
    _("Scrivi tutti i tuoi figli, anche quelli maggiorenni e quelli che non vivono con te: contano tutti."),
    groups=(
        Group(
            "children",
            _("Figlio o figlia"),
            _("Aggiungi un figlio o una figlia"),
            (
                Field("first_name", _("Nome del figlio o della figlia")),
                Field("last_name", _("Cognome, se diverso dal tuo"), rare=True),
                day(
                    "birth_date",
                    _("Data di nascita"),
                    hint=_("Giorno, mese e anno: per esempio 01/05/2018. Bastano le cifre: 01052018."),
                ),
                Field(
                    "tax_code",
                    _("Codice fiscale del figlio o della figlia"),
                    hint=_("Se non ha un codice fiscale italiano lascia vuoto."),
                ),
                Field(
                    "link",
                    _("È tuo figlio o tua figlia"),
                    Kind.CHOICE,
                    choices=(
                        ("natural", _("per nascita")),
                        ("adopted", _("per adozione")),
                        ("pre_adoptive_foster", _("in affidamento preadottivo")),
                        ("foster", _("in affidamento")),
                    ),
                ),
                day(
                    "entered_family_on",
                    _("Data di ingresso in famiglia"),
                    hint=_("Solo per adozione e affidamento."),
                    rare=True,
                ),
                Field("birth_country", _("Paese di nascita, se non è l'Italia"), rare=True),
                day("died_on", _("Data della morte, se è mancato o mancata"), rare=True),
            ),
            (
                Group(
                    "responsibility_lost",
                    _("Periodo senza responsabilità genitoriale"),
                    _("Aggiungi un periodo senza responsabilità genitoriale"),
                    (
                        day("start", _("Dal giorno")),
                        day("end", _("Al giorno (vuoto se continua)")),
                    ),
                    rare=True,
                ),
            ),
            named_by="first_name",
        ),
    ),
)
