"""The environment: how templates are read and written out in one language, in every room alike."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

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
    made.install_gettext_callables(speech.gettext, speech.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(language=speech, languages=NAMES, asset=assets.path, style_sheet=style_sheet)
    return made
