"""The page, in every language: plain words first, no script."""

from collections.abc import Mapping
from pathlib import Path

from core.pages.assets import Assets
from core.pages.environment import environment
from core.pages.languages import Speech
from monitoring.public import texts
from monitoring.public.spoken import lasted, when
from monitoring.public.word import Word

SHOWN = 20  # incidents of the past


class Pages:
    """Writes the page."""

    def __init__(self, assets: Assets, speeches: Mapping[str, Speech]) -> None:
        """Take the assets and the languages."""
        here = Path(__file__).parent
        self._templates = {
            code: environment(here, speech, assets, "stato.css").get_template("stato.html", globals={"texts": texts})
            for code, speech in speeches.items()
        }

    def page(self, word: Word, speech: Speech, counter: str) -> bytes:
        """Return the page that says a word in one language, with links to the counter at its address."""
        return (
            self._templates[speech.code]
            .render(
                page="stato",
                address="/stato",
                trial=word.trial,
                word=word,
                past=word.past[:SHOWN],
                counter=counter,
                when=lambda at: when(at, word.at, speech),
                lasted=lambda span: lasted(span, speech),
            )
            .encode()
        )
