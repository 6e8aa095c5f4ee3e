"""tenacity retries for ever and without waiting unless it is told otherwise; here it always is."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("core", "bonus", "ingest", "workers", "retry", "monitoring", "loadtest", "deploy")
HOME = Path("retry/inline.py")  # the one place that may use tenacity at all
RETRYING = {"retry", "Retrying", "AsyncRetrying"}
TOLD = {"stop", "wait", "retry", "reraise"}


def faults(source, path):
    """Every use of tenacity that is out of its place, or does not say when it stops, waits, retries and re-raises."""
    nodes = list(ast.walk(ast.parse(source)))
    names = set(_names(nodes))
    if names and path != HOME:
        yield f"{path}: tenacity belongs in {HOME}"
    for node in nodes:
        for decorator in getattr(node, "decorator_list", ()):
            if _retries(decorator, names):
                yield f"{path}:{decorator.lineno}: bare @retry"
        if isinstance(node, ast.Call) and _retries(node.func, names) and (missing := _untold(node)):
            yield f"{path}:{node.lineno}: says nothing of {', '.join(missing)}"


def _names(nodes):
    """The names under which this file knows tenacity, or something of it."""
    for node in nodes:
        if isinstance(node, ast.Import):
            of_it = [alias for alias in node.names if alias.name.split(".")[0] == "tenacity"]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "tenacity":
            of_it = node.names
        else:
            continue
        for alias in of_it:
            yield (alias.asname or alias.name).split(".")[0], alias.name


def _retries(called, names):
    if isinstance(called, ast.Name):
        return any((called.id, what) in names for what in RETRYING)
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
        return called.attr in RETRYING and (called.value.id, "tenacity") in names
    return False


def _untold(call):
    return sorted(TOLD - {keyword.arg for keyword in call.keywords})


def test_tenacity_is_used_in_one_place_and_always_told_when_to_stop():
    """Every file of every room."""
    files = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]

    found = [fault for path in files for fault in faults(path.read_text(), path.relative_to(ROOT))]

    assert HOME in {path.relative_to(ROOT) for path in files}
    assert found == []


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ("from tenacity import retry\n@retry\ndef f(): ...", ["retry/inline.py:2: bare @retry"]),
        ("from tenacity import retry as again\n@again\nasync def f(): ...", ["retry/inline.py:2: bare @retry"]),
        ("import tenacity\n@tenacity.retry\ndef f(): ...", ["retry/inline.py:2: bare @retry"]),
        ("import tenacity as t\nclass C:\n  @t.retry\n  def f(): ...", ["retry/inline.py:3: bare @retry"]),
        (
            "from tenacity import retry\n@retry()\ndef f(): ...",
            ["retry/inline.py:2: says nothing of reraise, retry, stop, wait"],
        ),
        (
            "from tenacity import AsyncRetrying\nAsyncRetrying(stop=s, wait=w, retry=r)",
            ["retry/inline.py:2: says nothing of reraise"],
        ),
        ("from tenacity import Retrying\nRetrying(stop=s, wait=w, retry=r, reraise=True)", []),
        ("from retry.policy import RetryPolicy\n@dataclass\nclass C: ...", []),
    ],
)
def test_a_planted_fault_is_seen(planted, found):
    """The check can be red."""
    assert list(faults(planted, HOME)) == found


@pytest.mark.parametrize("planted", ["import tenacity", "from tenacity.stop import stop_never", "import tenacity as t"])
def test_tenacity_elsewhere_is_seen(planted):
    """One layer of retries per hop, and it is in its place."""
    assert list(faults(planted, Path("workers/relay.py"))) == ["workers/relay.py: tenacity belongs in retry/inline.py"]
