"""The house: which room knows whom, that no name of ours is somebody else's, and that times nest."""

import ast
import importlib.metadata
import sys
from pathlib import Path

import pytest

from bonus.form import SECTIONS
from bonus.programme import PROGRAMMES
from core.domain.draft import MOST_SECTIONS
from core.settings import Counter, Loop
from core.storage import database
from core.storage.pressure import STANDING_SECONDS
from core.storage.tables import DRAFT_OWNED, metadata
from deploy.local.civil import CLOSES
from deploy.local.rooms import COUNTER_STOPS, OTHERS_STOP
from ingest.__main__ import GRACE_SECONDS
from ingest.http.call import BODY_SECONDS
from monitoring.__main__ import CLOSE_SECONDS, DRAIN_SECONDS, PATIENCE

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("core", "bonus", "ingest", "workers", "retry", "monitoring", "loadtest", "deploy")


def sources(*folders):
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def imports_of(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node, node.module


def strangers(path, allowed):
    """Modules that a file imports and that are neither the standard library nor one of the rooms allowed."""
    for _, name in imports_of(ast.parse(path.read_text("utf-8"))):
        top = name.split(".", maxsplit=1)[0]
        if top not in sys.stdlib_module_names and not name.startswith(allowed):
            yield name


@pytest.mark.parametrize(
    ("folder", "allowed"),
    [
        ("core/domain", ("core.domain",)),
        ("bonus", ("bonus", "core.domain", "core.clock")),
    ],
)
def test_domain_and_rules_are_plain_python(folder, allowed):
    """Deciding needs the standard library only."""
    found = {path.relative_to(ROOT): list(strangers(path, allowed)) for path in sources(folder)}

    assert {} == {path: names for path, names in found.items() if names}


def deferred_imports(source):
    """Imports inside functions."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [node.lineno for function in functions for node, _ in imports_of(function)]


def test_no_import_hides_in_a_function():
    """A deferred import is a sign that layers leak."""
    assert [2] == deferred_imports("def f():\n    import os\n")

    found = {path.relative_to(ROOT): deferred_imports(path.read_text("utf-8")) for path in sources(*ROOMS)}

    assert {} == {path: lines for path, lines in found.items() if lines}


def test_every_file_has_a_caption():
    """The first line of each file says what it is; the README's map is made of the rooms' captions."""
    captions = {path: ast.get_docstring(ast.parse(path.read_text("utf-8"))) for path in sources(*ROOMS)}

    assert [] == [str(path.relative_to(ROOT)) for path, caption in captions.items() if not caption]


def test_no_installed_distribution_takes_our_names():
    """PyPI has a `retry`, and others: installed, it would be found instead of ours or beside it."""
    provided = importlib.metadata.packages_distributions()

    assert {} == {room: provided[room] for room in ROOMS if room in provided}


def unique_constraints(table):
    return [
        [column.name for column in constraint.columns]
        for constraint in table.constraints
        if type(constraint).__name__ in {"PrimaryKeyConstraint", "UniqueConstraint"}
    ] + [[column.name for column in index.columns] for index in table.indexes if index.unique]


def test_draft_owned_tables_can_be_distributed_by_draft():
    """Every primary key and unique constraint carries draft_id; the claim of a person is the one table that cannot."""
    owned = {table.name for table in DRAFT_OWNED}
    assert {"live_claim", "civil_clock", "keyring", "incident", "switch", "audit"} == metadata.tables.keys() - owned

    for table in DRAFT_OWNED:
        for columns in unique_constraints(table):
            assert "draft_id" in columns, f"{table.name}: {columns}"


def test_a_draft_has_as_many_sections_as_the_form():
    """Storage may not ask the form, and its bound on a draft's size depends on their number."""
    assert MOST_SECTIONS == len(SECTIONS)


def test_make_run_and_the_rules_agree_on_when_filing_ends():
    """Whoever starts processes may not ask the rules, so it has a copy of the date."""
    assert CLOSES == max(each.late_until for each in PROGRAMMES.values() if each.accepts_drafts)


def test_inner_times_end_before_outer_ones():
    """Whoever waits outside waits longer than what it waits for."""
    counter, loop = Counter(), Loop()
    deadline = counter.deadline.total_seconds()

    assert database.LOCK_SECONDS < database.STATEMENT_SECONDS < database.COMMAND_SECONDS < database.COMMIT_SECONDS
    assert database.CHECKOUT_SECONDS < database.CONNECT_SECONDS < database.COMMIT_SECONDS < deadline
    assert database.COMMAND_SECONDS < database.READ_SECONDS < deadline - 2  # seconds in which a silent one is let go
    assert STANDING_SECONDS < PATIENCE
    assert deadline < GRACE_SECONDS
    assert BODY_SECONDS <= GRACE_SECONDS < COUNTER_STOPS[0].seconds
    assert DRAIN_SECONDS + CLOSE_SECONDS < OTHERS_STOP[0].seconds
    assert 2 * loop.heartbeat < loop.lease
    assert loop.drain < loop.lease
    assert loop.drain.total_seconds() < 25
    assert loop.base < loop.cap < loop.patience
