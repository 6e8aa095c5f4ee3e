"""Fields: how the pages ask for each thing of the form. What is right is never said here; that is `bonus.checks`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.pages.languages import later as _

Choices = tuple[tuple[str, str], ...]  # as it is held, and as it is said


class Kind(StrEnum):
    """What is typed into a field."""

    TEXT = "text"
    DATE = "date"
    SUM = "sum"
    CHOICE = "choice"  # one of a few
    LONG_CHOICE = "long_choice"  # one of many
    MONTHS = "months"
    YES_NO = "yes_no"
    TICK = "tick"
    NOTICE = "notice"  # a tick that holds which text was ticked
    CHILD = "child"  # one of her children, by its place


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `rare`: folded away until somebody needs it; `only_for`: what its group's `category` must be."""

    name: str
    label: str
    kind: Kind = Kind.TEXT
    hint: str = ""
    choices: Choices = ()
    autocomplete: str = "off"
    inputmode: str = ""
    rare: bool = False
    only_for: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Group:
    """A list of cards, each with the same fields. `title` says which one it is, with its number."""

    name: str
    title: str
    one_more: str
    fields: tuple[Field, ...]
    groups: tuple["Group", ...] = ()
    named_by: str = ""  # the field that tells one card from another
    rare: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One step of the form."""

    name: str
    slug: str  # in addresses
    title: str
    lead: str
    fields: tuple[Field, ...] = ()
    groups: tuple[Group, ...] = ()
    required: bool = True


_ACTIVE = _("Solo per lavoro a chiamata, agricolo e gestione separata: segna i mesi con almeno un giorno.")
_BY_MONTHS = frozenset({"on_call_permanent", "on_call_fixed_term", "agricultural_fixed_term", "separate_fund"})
_ON_CALL = frozenset({"on_call_permanent", "on_call_fixed_term"})
_EMPLOYED = frozenset(
    {"employee_permanent", "employee_fixed_term", "apprentice", "agency_permanent", "agency_fixed_term"}
)


def _named(section: Section, name: str) -> Field:
    return next(field for group in section.groups for field in group.fields if field.name == name)


APPLICANT = Section(
    "applicant",
    "richiedente",
    _("I tuoi dati"),
    _("Chi chiede il bonus è la madre. Servono i tuoi dati, come sono scritti sulla tessera sanitaria."),
    (
        Field("first_name", _("Nome"), autocomplete="given-name"),
        Field("last_name", _("Cognome"), autocomplete="family-name"),
        Field("tax_code", _("Codice fiscale"), hint=_("16 tra lettere e numeri: è sulla tessera sanitaria.")),
        Field(
            "birth_date",
            _("Data di nascita"),
            Kind.DATE,
            hint=_("Giorno, mese e anno: per esempio 1 5 1990."),
            autocomplete="bday",
            inputmode="numeric",
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
                Field(
                    "birth_date",
                    _("Data di nascita"),
                    Kind.DATE,
                    hint=_("Giorno, mese e anno: per esempio 1 5 2018."),
                    inputmode="numeric",
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
                Field(
                    "entered_family_on",
                    _("Data di ingresso in famiglia"),
                    Kind.DATE,
                    hint=_("Solo per adozione e affidamento."),
                    inputmode="numeric",
                    rare=True,
                ),
                Field("birth_country", _("Paese di nascita, se non è l'Italia"), rare=True),
                Field(
                    "died_on", _("Data della morte, se è mancato o mancata"), Kind.DATE, inputmode="numeric", rare=True
                ),
            ),
            (
                Group(
                    "responsibility_lost",
                    _("Periodo senza responsabilità genitoriale"),
                    _("Aggiungi un periodo senza responsabilità genitoriale"),
                    (
                        Field("start", _("Dal giorno"), Kind.DATE, inputmode="numeric"),
                        Field("end", _("Al giorno (vuoto se continua)"), Kind.DATE, inputmode="numeric"),
                    ),
                    rare=True,
                ),
            ),
            named_by="first_name",
        ),
    ),
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
                Field(
                    "start",
                    _("Primo giorno di lavoro"),
                    Kind.DATE,
                    hint=_("Anche se è prima del 2025: per esempio 1 9 2019."),
                    inputmode="numeric",
                ),
                Field("end", _("Ultimo giorno (vuoto se continua)"), Kind.DATE, inputmode="numeric"),
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
                        Field("start", _("Dal giorno"), Kind.DATE, inputmode="numeric"),
                        Field("end", _("Al giorno"), Kind.DATE, inputmode="numeric"),
                    ),
                    rare=True,
                ),
            ),
            named_by="category",
        ),
    ),
)

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
        Field("flat_rate", _("Sei in regime forfettario?"), Kind.YES_NO, rare=True),
    ),
)

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

#: Not a section: the few questions of the checker, asked with the same fields.
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

SECTIONS = (APPLICANT, CHILDREN, WORK, INCOME, PAYMENT, DECLARATIONS, ATTACHMENTS)
BY_SLUG: Mapping[str, Section] = {section.slug: section for section in SECTIONS}
BY_NAME: Mapping[str, Section] = {section.name: section for section in SECTIONS}
