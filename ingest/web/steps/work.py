"""The step about work: a card for each job, with its absences."""

from core.pages.languages import later as _
from ingest.web.fields import Field, Group, Kind, Section, day

_ACTIVE = _("Solo per lavoro a chiamata, agricolo e gestione separata: segna i mesi con almeno un giorno.")
_BY_MONTHS = frozenset({"on_call_permanent", "on_call_fixed_term", "agricultural_fixed_term", "separate_fund"})
_ON_CALL = frozenset({"on_call_permanent", "on_call_fixed_term"})
_EMPLOYED = frozenset(
    {"employee_permanent", "employee_fixed_term", "apprentice", "agency_permanent", "agency_fixed_term"}
)

WORK = Section(
    "work",
    "lavoro",
    _("Lavoro"),
    _(
        "Scrivi ogni lavoro del 2025. Un mese conta anche con un giorno solo. "
        "Un lavoro che continua si lascia senza data di fine."
    ),
    groups=(
        Group(
            "periods",
            _("Lavoro"),
            _("Aggiungi un lavoro"),
            (
                Field(
                    "category",
                    _("Che lavoro è"),
                    Kind.LONG_CHOICE,
                    choices=(
                        ("employee_permanent", _("Dipendente a tempo indeterminato")),
                        ("employee_fixed_term", _("Dipendente a tempo determinato, anche supplente")),
                        ("apprentice", _("Apprendista")),
                        ("agency_permanent", _("Con un'agenzia per il lavoro, a tempo indeterminato")),
                        ("agency_fixed_term", _("Con un'agenzia per il lavoro, a tempo determinato")),
                        ("on_call_permanent", _("A chiamata, a tempo indeterminato")),
                        ("on_call_fixed_term", _("A chiamata, a tempo determinato")),
                        ("agricultural_fixed_term", _("Operaia agricola a tempo determinato")),
                        ("domestic_permanent", _("Lavoro domestico, a tempo indeterminato")),
                        ("domestic_fixed_term", _("Lavoro domestico, a tempo determinato")),
                        ("self_employed", _("Autonoma: artigiana, commerciante, coltivatrice diretta")),
                        ("professional_fund", _("Professionista con una cassa di previdenza")),
                        ("separate_fund", _("Gestione separata: collaboratrice o professionista senza cassa")),
                        ("company_officer", _("Solo cariche in una società")),
                        ("occasional", _("Lavoro occasionale")),
                    ),
                ),
                Field("employer", _("Nome del datore di lavoro (facoltativo)"), autocomplete="organization"),
                day(
                    "start",
                    _("Primo giorno di lavoro"),
                    hint=_("Anche se è prima del 2025: per esempio 01/09/2019."),
                ),
                day("end", _("Ultimo giorno (vuoto se continua)")),
                Field(
                    "public_employer",
                    _("È un ente pubblico o una scuola?"),
                    Kind.YES_NO,
                    rare=True,
                    only_for=_EMPLOYED,
                ),
                Field("active_months", _("Mesi lavorati"), Kind.MONTHS, hint=_ACTIVE, only_for=_BY_MONTHS),
                Field(
                    "availability_months",
                    _("Mesi con la sola indennità di disponibilità"),
                    Kind.MONTHS,
                    hint=_("Solo per il lavoro a chiamata."),
                    only_for=_ON_CALL,
                ),
                Field(
                    "listed_in_agriculture",
                    _("Sei negli elenchi dei lavoratori agricoli?"),
                    Kind.YES_NO,
                    only_for=frozenset({"agricultural_fixed_term"}),
                ),
            ),
            (
                Group(
                    "suspensions",
                    _("Periodo di assenza o sospensione"),
                    _("Aggiungi un'assenza o sospensione"),
                    (
                        Field(
                            "kind",
                            _("Perché"),
                            Kind.LONG_CHOICE,
                            choices=(
                                ("maternity", _("Maternità")),
                                ("parental_leave", _("Congedo parentale")),
                                ("wage_fund", _("Cassa integrazione")),
                                ("child_sickness", _("Malattia del figlio o della figlia")),
                                ("disability_leave", _("Congedo per assistere una persona con disabilità")),
                                ("unpaid_leave", _("Aspettativa senza paga")),
                                ("disciplinary", _("Sospensione disciplinare")),
                                ("elected_office", _("Carica elettiva")),
                                ("cyclic_part_time_idle", _("Part-time ciclico: periodo senza lavoro")),
                            ),
                        ),
                        day("start", _("Dal giorno")),
                        day("end", _("Al giorno")),
                    ),
                    rare=True,
                ),
            ),
            named_by="category",
        ),
    ),
)
