"""The page, in every language: plain words first, no script."""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core.pages.assets import Assets
from core.pages.languages import NAMES, Speech
from monitoring.public import texts
from monitoring.public.spoken import lasted, when
from monitoring.public.word import Word

SHOWN = 20  # incidents of the past


class Pages:
    """Writes the page."""

    def __init__(self, assets: Assets, speeches: Mapping[str, Speech]) -> None:
        """Take the assets and the languages."""
        self._environments = {code: _environment(speech, assets) for code, speech in speeches.items()}

    def page(self, word: Word, speech: Speech, counter: str) -> bytes:
        """Return the page that says a word in one language, with links to the counter at its address."""
        template = self._environments[speech.code].get_template("stato.html")
        return template.render(
            word=word,
            past=word.past[:SHOWN],
            counter=counter,
            when=lambda at: when(at, word.at, speech),
            lasted=lambda span: lasted(span, speech),
        ).encode()


def _environment(speech: Speech, assets: Assets) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(speech.gettext, speech.ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(speech=speech, languages=NAMES, asset=assets.path, texts=texts)
    return environment
