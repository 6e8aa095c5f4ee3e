"""The catalogue: Italian is the source, and every other language says all of it, no more, in each of its forms."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from core.pages.assets import SHELL
from core.pages.catalogue import Text, Wording, is_said
from core.pages.languages import ITALIAN, NAMES, Said, said_in
from ingest import texts
from ingest.web import catalogue, languages
from ingest.web.catalogue import said_in_italian
from ingest.web.languages import Language

WEB = Path(catalogue.__file__).parent
TEMPLATES = sorted(path for room in (WEB, SHELL) for path in (room / "templates").glob("*.html"))
OTHERS = [code for code in NAMES if code != ITALIAN]
PLACEHOLDER = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
MARKUP = re.compile(r'<[^>]*>|[\w-]+="[^"]*"|&\w+;|/\w+#|\0')  # tags, attributes of a macro, an address
NAMED = {"Approdo"}  # what may stand in a template untranslated


def test_every_text_of_the_pages_and_of_the_problems_is_in_the_catalogue():
    """Templates, fields, problems, states, reasons: each by its Italian; what depends on a number with its plural."""
    said = said_in_italian()

    assert "Salva e vai avanti" in said
    assert "Codice fiscale" in said
    assert ("una cosa da guardare", "%(num)s cose da guardare") in said
    known = texts.load()
    assert all(problem.title in said and problem.action in said for problem in known.problems.values())
    assert all(reason in said for reason in known.reasons.values())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_no_word_of_a_page_stands_outside_of_the_catalogue(path: Path):
    """Between the tags and in the attributes that are read out, whatever is written is asked of the catalogue."""
    page = Environment(extensions=["jinja2.ext.i18n"]).parse(path.read_text("utf-8"))
    literal = "".join(one.data if isinstance(one, nodes.TemplateData) else "\0" for one in _outputs(page))
    spoken = re.findall(r'\s(?:alt|aria-label|placeholder|title)="([^"\0]*[A-Za-z][^"\0]*)"', literal)
    between = MARKUP.sub(" ", re.sub(r"(?s)<script.*?</script>", "", literal))

    assert [] == [word for word in re.findall(r"[^\W\d_]{2,}", between) if word not in NAMED] + spoken


def _outputs(page: nodes.Template) -> list[nodes.Node]:
    return [one for output in page.find_all(nodes.Output) for one in output.nodes]


def test_a_language_without_a_text_says_it_in_italian():
    """Half a page in Italian is better than half a page."""
    empty = Language("de", Said({}, {}, lambda _number: 0), texts.load())

    assert "Salva" == empty.gettext("Salva")
    assert ["per un mese", "per %(num)s mesi"] == [
        empty.ngettext("per un mese", "per %(num)s mesi", number) for number in (1, 2)
    ]


def test_each_language_counts_in_its_own_way(tmp_path: Path):
    """Slovene has four forms, and one of them for two."""
    forms = ("mesec", "meseca", "mesece", "mesecev")
    known: dict[Text, Wording] = {("una cosa da guardare", "%(num)s cose da guardare"): forms}
    held = catalogue.catalogue(tmp_path)
    path = held.path_of("sl")
    path.parent.mkdir(parents=True)

    path.write_bytes(held.written("sl", known))

    slovene = Language("sl", said_in("sl", tmp_path), texts.load())
    said = [slovene.ngettext("una cosa da guardare", "%(num)s cose da guardare", number) for number in (1, 2, 3, 5)]
    assert list(forms) == said


def test_a_file_that_is_written_again_loses_what_is_no_longer_said_and_keeps_the_rest(tmp_path: Path):
    """New texts stand in it blank, and are named as missing."""
    held = catalogue.catalogue(tmp_path)
    path = held.path_of("fr")
    path.parent.mkdir(parents=True)

    path.write_bytes(held.written("fr", {"Nome": "Prénom", "Non si dice più": "On ne le dit plus"}))

    assert "Prénom" == held.told("fr")["Nome"]
    assert "Non si dice più" not in held.told("fr")
    assert "Cognome" in held.missing("fr")
    assert "Nome" not in held.missing("fr")


@pytest.mark.parametrize("language", languages.load(texts.load()).values(), ids=lambda language: language.code)
def test_months_are_told_apart_in_a_few_letters(language: Language):
    """Also June and July in French; short enough for six in a row on a phone."""
    short = {language.short_month(number) for number in range(1, 13)}

    assert 12 == len(short)
    assert max(map(len, short)) <= 4


def placeholders(text: str) -> set[str]:
    """Return what is filled into a text."""
    return {one or other for one, other in PLACEHOLDER.findall(text)}


def fits(text: Text, wording: Wording) -> bool:
    """Say whether a wording fills in what the Italian does; only the form for one may leave the number out."""
    if isinstance(text, str):
        return isinstance(wording, str) and placeholders(text) == placeholders(wording)
    first, *others = wording
    wanted = placeholders(text[1])
    return placeholders(first) <= wanted and all(placeholders(one) == wanted for one in others)


def test_a_wording_that_fills_in_something_else_is_seen():
    """A name that is missing, a name that is new, a plural without its number."""
    assert fits("Alle {time}", "Um {time}")
    assert not fits("Alle {time}", "Um {uhr}")
    assert not fits("Versione %(number)s", "Fassung")
    assert fits(("un mese", "%(num)s mesi"), ("ein Monat", "%(num)s Monate"))
    assert not fits(("un mese", "%(num)s mesi"), ("ein Monat", "Monate"))
    assert not is_said(("ein Monat", ""))


@pytest.mark.parametrize("code", OTHERS)
def test_a_wording_ends_the_way_the_italian_does(code: str):
    """A sentence stays a sentence, a question a question, and nothing was put in the wrong line."""
    wrong = [
        (text, one)
        for text, wording in catalogue.catalogue().told(code).items()
        for one in ([wording] if isinstance(wording, str) else wording)
        if ending(one) != ending(text if isinstance(text, str) else text[0]) or one != one.strip()
    ]

    assert [] == wrong


def ending(text: str) -> str:
    return text[-1] if text[-1] in ".:?!…" else ""


@pytest.mark.parametrize("code", OTHERS)
def test_hardly_any_text_is_the_same_as_in_italian(code: str):
    """Names and a few short words; a sentence that is the same was left behind."""
    assert [] == [
        text
        for text, wording in catalogue.catalogue().told(code).items()
        if wording == text and " " in str(text).strip()
    ]
