"""What another party depends on changes only on purpose: every golden file is what the code writes today."""

import pytest

from core.settings import GROUPS
from tests.golden.files import COUNTED, GOLDEN, ROOT
from tests.golden.settings import _comments


@pytest.mark.parametrize("path", GOLDEN)
def test_a_golden_file_is_up_to_date(path):
    """Where this is red on purpose: `make golden`, and say so in the commit."""
    assert (ROOT / path).read_text("utf-8") == GOLDEN[path]()


def test_no_golden_file_is_forgotten():
    """Whatever lies in the folder is written by something."""
    there = {f"tests/golden/{path.name}" for path in (ROOT / "tests" / "golden").iterdir() if path.is_file()}

    assert {path for path in there if not path.endswith(".py")} <= GOLDEN.keys() | COUNTED


def test_every_setting_says_what_it_is_for():
    """A comment behind each."""
    comments = _comments()

    assert [] == [
        f"{group.__name__}.{name}"
        for group in GROUPS
        for name in group.model_fields
        if name not in comments[group.__name__]
    ]


def test_no_golden_file_tells_of_this_machine():
    """No absolute path of whoever wrote it."""
    assert [] == [path for path in GOLDEN if str(ROOT) in (ROOT / path).read_text("utf-8")]
