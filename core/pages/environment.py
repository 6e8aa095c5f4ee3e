"""The environment: how templates are read and written out in one language, in every room alike."""

from collections.abc import Callable, Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from core.pages.assets import SHELL, Assets
from core.pages.languages import NAMES, Speech


def environment(room: Path, speech: Speech, assets: Assets, style_sheet: str) -> Environment:
    """Return what writes a room's templates in one language; they may extend `shell.html`.

    The shell asks each page for `page` (which one it is), `address` (where it is; empty: no other languages are
    offered), `counter` (before the counter's own addresses) and `trial`.
    """
    made = Environment(
        loader=FileSystemLoader([room / "templates", SHELL / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.newstyle_gettext = True  # type: ignore[attr-defined]  # {% trans %} hands on what is filled in
    made.globals.update(_words(speech))
    made.globals.update(language=speech, languages=NAMES, asset=assets.path, style_sheet=style_sheet)
    return made


def _words(speech: Speech) -> Mapping[str, Callable[..., Markup]]:
    """Return what templates ask for texts: our own words are HTML as they stand, and what is filled in is escaped.

    Jinja's own way through these calls is a third of what a page costs; a page asks for a hundred texts.
    """
    known: dict[str, Markup] = {}

    def gettext(text: str, **filled: object) -> Markup:
        said = known.get(text)
        if said is None:
            said = known[text] = Markup(speech.gettext(text))  # noqa: S704  our own words
        return said % filled if filled else said

    def ngettext(one: str, several: str, num: int, **filled: object) -> Markup:
        return Markup(speech.ngettext(one, several, num)) % {"num": num, **filled}  # noqa: S704  our own words

    return {"_": gettext, "gettext": gettext, "ngettext": ngettext}
