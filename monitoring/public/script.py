"""The same word for the contact centre: what to say to whoever calls, line by line, as plain text."""

from collections.abc import Iterator

from core.domain.incident import Incident
from core.pages.languages import Speech
from monitoring.public import texts
from monitoring.public.spoken import lasted, when
from monitoring.public.word import Word


def written(word: Word, speech: Speech) -> str:
    """Return what is said on the telephone now."""
    return "\n".join(_lines(word, speech)) + "\n"


def _lines(word: Word, speech: Speech) -> Iterator[str]:
    say = speech.gettext
    yield say("Che cosa dire a chi chiama, %(when)s") % {"when": when(word.at, word.at, speech)}
    yield ""
    if word.worst is None:
        yield f"- {say(texts.WORKS)}. {say(texts.WORKS_DO)} {say(texts.WORKS_SAFE)}"
    for one in word.open:
        yield from _of(one, word, speech)
    if word.takes is None:
        yield "- " + say("Quanto ci vuole per una risposta adesso non si può dire: non indicare tempi.")
    else:
        quick, slow = lasted(word.takes.quick, speech), lasted(word.takes.slow, speech)
        yield "- " + say("Una risposta arriva adesso di solito fra %(quick)s e %(slow)s.") % {
            "quick": quick,
            "slow": slow,
        }
    yield "- " + say("Non chiedere mai per telefono il codice della domanda o le credenziali.")


def _of(one: Incident, word: Word, speech: Speech) -> Iterator[str]:
    say, said = speech.gettext, texts.said(one.function, one.cause)
    yield "- " + say("%(headline)s, da: %(when)s. %(cause)s") % {
        "headline": say(said.headline),
        "when": when(one.started_at, word.at, speech),
        "cause": say(said.cause),
    }
    yield f"- {say(said.safe)}"
    yield f"- {say(said.do)}"
    yield "- " + say("La prossima notizia arriva entro: %(when)s. Numero dell'interruzione: %(id)s.") % {
        "when": when(one.next_word_at, word.at, speech),
        "id": one.incident_id,
    }
