"""Comparing: what another window saved beside what this one typed, field by field, and her choice of the two."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.domain.errors import StaleRevision
from ingest.http.reply import Reply
from ingest.web.fields import Section
from ingest.web.filled import identity
from ingest.web.hers import hers
from ingest.web.languages import Language
from ingest.web.posted import content_of, form_of
from ingest.web.spoken import Path, at, in_words, name_of, told
from ingest.web.visit import Visit
from ingest.web.web import Web
from ingest.web.writing import revision_of, step_of, written


@dataclass(frozen=True, slots=True)
class Row:
    """One field in two versions."""

    place: str  # where it is, as a name
    label: str
    mine: str
    theirs: str

    @property
    def id(self) -> str:
        """Its id on the page."""
        return identity(self.place)


async def compared(web: Web, visit: Visit, step: Section, mine: Mapping[str, Any]) -> Reply:
    """Show what was typed here beside what another window saved, field by field, with nothing lost."""
    draft = await hers(web, visit)
    theirs = draft.content(step)
    rows = list(_rows(step, mine, theirs, visit.language))
    if not rows:
        return web.sent_on(f"/domanda/{step.slug}#stato")
    return web.pages.page(
        visit, "compare.html", 409, step=step, here=draft.step(step), rows=rows, typed=visit.typed.decode("ascii")
    )


async def chosen(web: Web, visit: Visit) -> Reply:
    """POST /domanda/{passo}/scelta: save what she chose of the two versions, on the newest revision."""
    from_form = step_of(visit)
    web.must_be_ours(visit)
    draft = await hers(web, visit)
    mine = content_of(from_form, form_of(visit.field("dati").encode("ascii", "ignore")))
    picked = {row for row in _differing(mine, draft.content(from_form)) if visit.field(name_of(row)) == "qui"}
    content = _merged(mine, draft.content(from_form), (), picked)
    try:
        await written(web, visit, from_form, content, revision_of(visit.field("revisione")))
    except StaleRevision:
        return await compared(web, visit, from_form, mine)
    return web.sent_on(f"/domanda/{from_form.slug}#stato")


def _rows(step: Section, mine: Mapping[str, Any], theirs: Mapping[str, Any], language: Language) -> Iterator[Row]:
    for path in sorted(_differing(mine, theirs), key=str):
        field, label = told(step, path, language)
        yield Row(
            name_of(path), label, in_words(field, at(mine, path), language), in_words(field, at(theirs, path), language)
        )


def _differing(mine: Any, theirs: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the places at which two versions differ; a card that only one of them has is one place."""
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        for name in {**mine, **theirs}:
            yield from _differing(mine.get(name), theirs.get(name), (*path, name))
    elif _has_cards(mine) or _has_cards(theirs):
        ours, others = mine or [], theirs or []
        for index in range(max(len(ours), len(others))):
            one = ours[index] if index < len(ours) else None
            yield from _differing(one, others[index] if index < len(others) else None, (*path, index))
    elif (mine or None) != (theirs or None):
        yield path


def _has_cards(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, Mapping) for one in value)


def _merged(mine: Any, theirs: Any, path: Path, picked: set[Path]) -> Any:
    """Return the newest version with the places that were picked from this window's."""
    if path in picked:
        return mine
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        names = {**theirs, **mine}
        merged = {name: _merged(mine.get(name), theirs.get(name), (*path, name), picked) for name in names}
        return {name: value for name, value in merged.items() if value is not None or name in theirs or name in mine}
    if _has_cards(mine) or _has_cards(theirs):
        ours, others = mine or [], theirs or []
        cards = (
            _merged(
                ours[index] if index < len(ours) else None,
                others[index] if index < len(others) else None,
                (*path, index),
                picked,
            )
            for index in range(max(len(ours), len(others)))
        )
        return [card for card in cards if card is not None]
    return theirs
