"""The press: the word in every form and language, made when it changes, so that an answer is only bytes."""

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from core.pages.assets import Assets
from core.pages.languages import ITALIAN, NAMES, Speech, said_in
from monitoring.public import feeds, script
from monitoring.public.pages import Pages
from monitoring.public.word import Word

HERE = Path(__file__).parent
LOCALE = HERE / "locale"
PREFIX = "/stato/statico/"
HTML = "text/html; charset=utf-8"
_WORTH_PACKING = 1_000  # bytes
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One answer, ready to be sent."""

    body: bytes
    media: str
    language: str = ""
    status: int = 200
    lasts: bool = False  # its address changes with its content
    etag: str = ""
    packed: bytes | None = None  # gzip


class Press:
    """Prints; what was printed last is there to be read at any time."""

    def __init__(self, counter: Callable[[], str], here: str) -> None:
        """Take the addresses of the counter and of these pages, as the public knows them. Errors: ThemeMissing."""
        self._counter, self._here = counter, here.rstrip("/")
        self._assets = Assets(HERE, PREFIX)
        self._speeches = {code: Speech(code, said_in(code, LOCALE)) for code in NAMES}
        self._pages = Pages(self._assets, self._speeches)
        self._fixed = {asset.path: self._asset(asset.plain, asset.media) for asset in self._assets.all().values()}
        self._printed: tuple[Word, datetime] | None = None
        self.sheets: Mapping[str, Sheet] = {}

    def print(self, word: Word) -> None:
        """Print a word, where it says anything new or another minute has begun."""
        minute = word.at.replace(second=0, microsecond=0)
        told = (replace(word, at=_NEVER), minute)
        if told != self._printed:
            self.sheets = {**self._fixed, **{path: _ready(sheet) for path, sheet in self._all(word).items()}}
            self._printed = told

    def _all(self, word: Word) -> dict[str, Sheet]:
        counter = self._counter().rstrip("/")
        sheets = {
            "/stato.json": Sheet(feeds.as_json(word, counter, self._speeches), "application/json"),
            "/stato.atom": Sheet(feeds.as_atom(word, self._here, self._speeches[ITALIAN]), "application/atom+xml"),
            "/status": Sheet(*feeds.as_problem(word, self._speeches[ITALIAN])),
        }
        for code, speech in self._speeches.items():
            sheets[f"/stato/{code}"] = Sheet(self._pages.page(word, speech, counter), HTML, code)
            spoken = script.written(word, speech).encode()
            sheets[f"/stato/{code}/centralino"] = Sheet(spoken, "text/plain; charset=utf-8", code)
        return sheets

    @staticmethod
    def _asset(content: bytes, media: bytes) -> Sheet:
        return _ready(Sheet(content, media.decode(), lasts=True))


def _ready(sheet: Sheet) -> Sheet:
    packed = gzip.compress(sheet.body, 5, mtime=0) if len(sheet.body) > _WORTH_PACKING else None
    smaller = packed if packed and len(packed) < len(sheet.body) else None
    return replace(sheet, etag=f'"{sha256(sheet.body).hexdigest()[:16]}"', packed=smaller)
