"""Assets: style sheet, fonts and scripts, made once at start, served under names that tell their content."""

import gzip
import importlib.util
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from core.pages.style_sheet import only_used, words_of

SHELL = Path(__file__).parent  # what every room's pages stand in: the frame, its rules, the mark
_SHELL_CSS = "shell.css"
_THEME = "bootstrap_italia_template"
_MEDIA = {
    ".css": b"text/css; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".woff2": b"font/woff2",
    ".svg": b"image/svg+xml",
}
_PACKED = (".css", ".js", ".svg")
_import = re.compile(r'(from |import )"\./([\w-]+\.js)"')
_address = re.compile(r"url\(\"?([\w-]+\.(?:woff2|svg))\"?\)")


class ThemeMissing(Exception):
    """Bootstrap Italia is not installed: the project's own set-up installs it."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served."""

    path: str  # where browsers find it
    name: str  # with the beginning of its digest
    media: bytes
    plain: bytes
    packed: bytes | None  # gzip


class Assets:
    """Every file the pages need, by the name they have in the source."""

    def __init__(self, room: Path, prefix: str) -> None:
        """Read and make them: the room's and the shell's. A style sheet of the room's begins with the shell's.

        Arguments: the folder of `static` and `templates`, and the address they are served under. Errors: ThemeMissing.
        """
        self._rooms, self._prefix = (SHELL, room), prefix
        self._files = {path.name: path for folder in self._rooms for path in sorted((folder / "static").iterdir())}
        self._made: dict[str, Asset] = {}
        for name in self._files:
            if name != _SHELL_CSS:
                self._make(name)
        self._served = {asset.name: asset for asset in self._made.values()}

    def path(self, name: str) -> str:
        """Return where a file is found. Errors: KeyError for a name nobody has."""
        return self._made[name].path

    def served(self, name: str) -> Asset | None:
        """Return a file by the name it is served under."""
        return self._served.get(name)

    def all(self) -> Mapping[str, Asset]:
        """Return every file by its name in the source."""
        return self._made

    def _make(self, name: str) -> Asset:
        if name not in self._made:
            self._made[name] = self._asset(name, self._content(name))
        return self._made[name]

    def _content(self, name: str) -> bytes:
        path = self._files[name]
        if path.suffix == ".js":
            return _import.sub(self._imported, path.read_text("utf-8")).encode()
        if path.suffix == ".css":
            css = self._files[_SHELL_CSS].read_text("utf-8") + path.read_text("utf-8")
            theme = only_used(_theme("css/bootstrap-italia.min.css").read_text("utf-8-sig"), self._words(css))
            return (theme + "\n" + _address.sub(self._addressed, css)).encode()
        return path.read_bytes()

    def _words(self, css: str) -> frozenset[str]:
        """What the pages say and our own rules reuse."""
        templates = (path for folder in self._rooms for path in (folder / "templates").rglob("*.html"))
        scripts = (path for path in self._files.values() if path.suffix == ".js")
        return words_of([css, *(path.read_text("utf-8") for path in (*templates, *scripts))])

    def _imported(self, found: "re.Match[str]") -> str:
        return f'{found[1]}"./{self._make(found[2]).name}"'

    def _addressed(self, found: "re.Match[str]") -> str:
        name = found[1]
        if name not in self._made and name not in self._files:
            self._made[name] = self._asset(name, _theme(f"fonts/Titillium_Web/{name}").read_bytes())
        return f'url("{self._make(name).name}")'

    def _asset(self, name: str, content: bytes) -> Asset:
        stem, suffix = name.rsplit(".", 1)
        digest = sha256(content).hexdigest()[:16]
        packed = gzip.compress(content, 9, mtime=0) if f".{suffix}" in _PACKED else None
        served = f"{stem}.{digest}.{suffix}"
        return Asset(self._prefix + served, served, _MEDIA[f".{suffix}"], content, packed)


@cache
def _theme(name: str) -> Path:
    found = importlib.util.find_spec(_THEME)
    if found is None or not found.submodule_search_locations:
        raise ThemeMissing
    return Path(found.submodule_search_locations[0]) / "static" / name
