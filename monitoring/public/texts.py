"""What the public is told of an incident: written beforehand, so that nobody words it in a hurry."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.domain.incident import Cause, Function
from core.pages.languages import later as _

WORKS = _("Il servizio funziona")
WORKS_DO = _("Puoi compilare, salvare e inviare la domanda.")
WORKS_SAFE = _("Ogni salvataggio e ogni invio ha la sua ricevuta.")

FUNCTION: Mapping[Function, str] = {
    Function.ALL: _("Tutto il servizio"),
    Function.SECTION: _("Salvare la domanda"),
    Function.SUBMISSION: _("Inviare la domanda"),
    Function.READING: _("Consultare la domanda"),
    Function.DECISION: _("Risposte alle domande presentate"),
}

HEADLINE: Mapping[Function, str] = {
    Function.ALL: _("Il servizio non funziona"),
    Function.SECTION: _("In questo momento non si riesce a salvare"),
    Function.SUBMISSION: _("In questo momento non si riescono a inviare le domande"),
    Function.READING: _("In questo momento non si riescono a consultare le domande"),
    Function.DECISION: _("Il servizio funziona, ma le risposte arrivano più tardi del solito"),
}
HEADLINE_OF_CAUSE: Mapping[Cause, str] = {
    Cause.CROWDED: _("Il servizio funziona, ma c'è molta affluenza"),
    Cause.REGISTER: _("Il servizio funziona in parte: puoi salvare e inviare"),
    Cause.ENTRIES: _("Il servizio funziona, ma alcune domande non si possono ancora consultare"),
}
#: What was out of order, where that is less than a whole function.
PAST_OF_CAUSE: Mapping[Cause, str] = {
    Cause.CROWDED: _("Molta affluenza"),
    Cause.REGISTER: _("Servizio in parte fermo: si poteva salvare e inviare"),
}

CAUSE: Mapping[Cause, str] = {
    Cause.STORE: _("L'archivio in cui conserviamo le domande non risponde: per questo non prendiamo nulla."),
    Cause.REGISTER: _(
        "L'archivio in cui conserviamo le domande non risponde. Ciò che salvi o invii è scritto nel registro di "
        "emergenza, e passa nell'archivio appena risponde."
    ),
    Cause.ENTRIES: _("Non tutto ciò che è stato scritto nel registro di emergenza è già passato nell'archivio."),
    Cause.COUNTER: _("Lo sportello in rete non risponde."),
    Cause.CROWDED: _("Arrivano più richieste di quante possiamo prenderne insieme: qualcuna aspetta e riprova."),
    Cause.SLOW: _("Le domande presentate sono più di quante riusciamo a esaminare insieme."),
    Cause.REGISTRY: _("Un archivio pubblico che consultiamo per le verifiche non risponde."),
    Cause.PLANNED: _("È in corso un lavoro di manutenzione previsto."),
    Cause.OTHER: _("Stiamo cercando la causa."),
}

SAFE: Mapping[Function, str] = {
    **dict.fromkeys(
        Function,
        _("Ciò che hai salvato o inviato con una ricevuta è al sicuro, con la sua data."),
    ),
    Function.DECISION: _(
        "Le domande presentate sono al sicuro e la loro data non cambia. Nessuna è respinta per questo ritardo."
    ),
}

DO: Mapping[Function, str] = {
    **dict.fromkeys(
        Function,
        _(
            "Se stai compilando, lascia aperta la pagina: riprova da sola. Altrimenti torna più tardi. Se un invio non "
            "riesce, conserva l'attestato di tentativo: prova che ci hai provato e quando."
        ),
    ),
    Function.READING: _("Riprova più tardi. Non devi fare altro: la domanda va avanti da sola."),
    Function.DECISION: _("Non devi fare nulla. Non presentare una seconda domanda."),
}


SAFE_ON_REGISTER = _(
    "Ciò che hai salvato o inviato con una ricevuta è al sicuro, con la sua data. Vale anche la ricevuta del registro "
    "di emergenza."
)
DO_ON_REGISTER = _(
    "Se hai già iniziato la domanda, continua: salva e invia come sempre. Per iniziarne una nuova, o per consultare "
    "quelle presentate, torna più tardi."
)
DO_UNTIL_BROUGHT_IN = _(
    "Se la tua domanda non si apre, riprova più tardi. Non rifare niente: la riportiamo noi nell'archivio."
)


@dataclass(frozen=True, slots=True)
class Said:
    """The words of one incident, in Italian; whoever shows them translates them."""

    headline: str
    cause: str
    safe: str
    do: str


def said(function: Function, cause: Cause) -> Said:
    """Return the words for what is out of order, and why."""
    headline = HEADLINE_OF_CAUSE.get(cause, HEADLINE[function])
    if cause in (Cause.REGISTER, Cause.ENTRIES):
        do = DO_ON_REGISTER if cause is Cause.REGISTER else DO_UNTIL_BROUGHT_IN
        return Said(headline, CAUSE[cause], SAFE_ON_REGISTER, do)
    return Said(headline, CAUSE[cause], SAFE[function], DO[function])


def past(function: Function, cause: Cause) -> str:
    """Return what was out of order, of an incident that is over."""
    return PAST_OF_CAUSE.get(cause, FUNCTION[function])
