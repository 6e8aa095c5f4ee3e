"""The catalogue: every code of the benefit has an Italian text, and no text is left without a code."""

import ast
import tomllib
from pathlib import Path
from typing import Any

import pytest

from bonus import codes

ROOT = Path(__file__).parents[3]
CATALOGUE = ROOT / "ingest" / "texts" / "it"
FIELDS, REASONS, PROBLEMS = (
    tomllib.loads((CATALOGUE / f"{name}.toml").read_text("utf-8")) for name in ("fields", "reasons", "problems")
)
SENTENCES = [
    *((code, text["text"]) for code, text in {**FIELDS, **REASONS}.items()),
    *((code, text["remedy"]) for code, text in REASONS.items() if "remedy" in text),
]


def test_every_problem_of_what_is_typed_has_a_text() -> None:
    """And no text waits for a code that is gone."""
    assert FIELDS.keys() == codes.CHECK_PROBLEMS


def test_every_reason_and_every_flag_has_a_text() -> None:
    """One catalogue for both: they share no code."""
    assert REASONS.keys() == codes.REASONS | codes.FLAGS
    assert not codes.REASONS & codes.FLAGS


def test_every_reason_says_what_she_can_do() -> None:
    """A refusal without a remedy is half a refusal."""
    assert {code for code, text in REASONS.items() if "remedy" in text} == codes.REASONS


def test_every_reason_to_refuse_a_save_has_a_text() -> None:
    """In the catalogue of problems, as the fault of an entry."""
    assert {code for code in codes.SHAPE_PROBLEMS if not PROBLEMS[code].get("fault")} == set()


@pytest.mark.parametrize(("code", "sentence"), SENTENCES)
def test_a_sentence_is_plain_and_whole(code: str, sentence: str) -> None:
    """Capital first, full stop last, short, and no word of ours in it."""
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert len(sentence) <= 180
    assert not set(sentence.lower().replace(",", " ").split()) & {
        "json",
        "null",
        "draft",
        "flag",
        "errore:",
        "invalido",
    }


def test_codes_that_are_raised_and_codes_that_are_listed_are_the_same() -> None:
    """Every quoted kebab-case word the rules use is in the lists, and each of the lists is used."""
    used = {word for path in (ROOT / "bonus").rglob("*.py") if path.name != "codes.py" for word in quoted(path)}
    named = {value for name, value in vars(codes).items() if name.isupper() and isinstance(value, str)}

    assert codes.SHAPE_PROBLEMS | codes.CHECK_PROBLEMS <= used
    assert named == codes.REASONS | codes.FLAGS
    assert {word for word in used if looks_like_a_code(word)} <= codes.PROBLEMS | {
        "bonus-mamme-2025",
        "bonus-mamme-2026",
    }


def quoted(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def looks_like_a_code(word: Any) -> bool:
    return "-" in word and word.replace("-", "").isalnum() and word.islower() and not word[0].isdigit()
