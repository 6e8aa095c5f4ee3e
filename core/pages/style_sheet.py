"""The style sheet: of Bootstrap Italia's, the rules that the pages use and no other."""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

_words = re.compile(r"[A-Za-z][\w-]*").findall
_named = re.compile(r"[.#]((?:\\.|[\w-])+)").findall  # classes and ids in a selector
_tags = re.compile(r"(?<![\w.#:\[\\-])([a-z][a-z0-9]*)").findall
_in_parentheses = re.compile(r"\([^()]*\)|\[[^\]]*\]")
_variable_used = re.compile(r"var\((--[\w-]+)").findall
_variable = re.compile(r"(--[\w-]+):").match
_body = re.compile(r"\{([^{}]*--[^{}]*)\}")
_declarations = re.compile(r"""(?:[^;"'()]|"[^"]*"|'[^']*'|\((?:[^()"']|"[^"]*"|'[^']*'|\([^()]*\))*\))+""").findall
_comment = re.compile(r"/\*.*?\*/", re.DOTALL)
_end = re.compile(r"[{};\"']")

_EVERYWHERE = frozenset({"html", "body", "from", "to"})
_CONDITIONAL = ("@media", "@supports", "@layer", "@container")


def words_of(sources: Iterable[str]) -> frozenset[str]:
    """Return every word of templates and scripts: whatever class, id or tag they use is among them."""
    return frozenset(word for source in sources for word in _words(source)) | _EVERYWHERE


def only_used(css: str, words: AbstractSet[str]) -> str:
    """Return the rules of a style sheet whose selectors need nothing but these words, in their order.

    Fonts are left out: the pages name their own. Variables that no kept rule reads are left out too.
    """
    kept = "".join(_kept(_comment.sub("", css), words))
    while (lean := _without_idle_variables(kept)) != kept:
        kept = lean
    return kept


def _kept(css: str, words: AbstractSet[str]) -> Iterator[str]:
    for head, body in _rules(css):
        if body is None or head.startswith("@font-face"):
            continue
        if head.startswith(_CONDITIONAL):
            inside = "".join(_kept(body, words))
            if inside:
                yield f"{head}{{{inside}}}"
        elif head.startswith("@keyframes"):
            if head.split()[-1] in words:
                yield f"{head}{{{body}}}"
        elif not head.startswith("@"):
            selectors = [one for one in _apart(head) if _is_used(one, words)]
            if selectors:
                yield f"{','.join(selectors)}{{{body}}}"


def _rules(css: str) -> Iterator[tuple[str, str | None]]:
    """Yield each rule's head and body; body None for a statement that ends with a semicolon."""
    place = 0
    while (start := _next(css, place, "{;")) is not None:
        head = css[place:start].strip()
        if css[start] == ";":
            yield head, None
            place = start + 1
            continue
        end = _closing(css, start + 1)
        yield head, css[start + 1 : end]
        place = end + 1


def _closing(css: str, place: int) -> int:
    depth = 1
    while depth:
        found = _next(css, place, "{}")
        if found is None:
            raise ValueError("a style sheet that does not end")
        depth += 1 if css[found] == "{" else -1
        place = found + 1
    return place - 1


def _next(css: str, place: int, wanted: str) -> int | None:
    """Return where one of the wanted characters stands outside of quotes."""
    while found := _end.search(css, place):
        character = found[0]
        if character in wanted:
            return found.start()
        place = css.index(character, found.end()) + 1 if character in "\"'" else found.end()
    return None


def _apart(selectors: str) -> Iterator[str]:
    """Split a list of selectors at the commas that stand in no parentheses."""
    depth, start = 0, 0
    for place, character in enumerate(selectors):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            yield selectors[start:place].strip()
            start = place + 1
    yield selectors[start:].strip()


def _is_used(selector: str, words: AbstractSet[str]) -> bool:
    plain = selector
    while (shorter := _in_parentheses.sub("", plain)) != plain:
        plain = shorter
    names = {name.replace("\\", "") for name in _named(plain)}
    return names <= words and set(_tags(plain)) <= words


def _without_idle_variables(css: str) -> str:
    read = set(_variable_used(css))
    return _body.sub(lambda rule: "{" + ";".join(_worth(rule[1], read)) + "}", css)


def _worth(body: str, read: AbstractSet[str]) -> Iterator[str]:
    for declaration in _declarations(body):
        named = _variable(declaration)
        if not named or named[1] in read:
            yield declaration
