"""The verdict on a rehearsal: green where all is well, red by name where a bug was planted, else not known."""

import asyncio
import base64
import json
import shutil
import threading
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from loadtest.rehearsal.folder import Folder
from loadtest.verdict import judge
from tests.faults.verdict import quiet
from tests.faults.violations import A_SECOND_DECISION, AGAIN_IN_REVIEW, ONE
from tests.planted.conftest import emptied
from tests.planted.recording import Recording

PATIENCE = 60.0
COPY = "rehearsed"


@pytest.fixture(scope="module")
async def rehearsed(system, tmp_path_factory):
    """A folder of a rehearsal that just ended, and the database's copy, taken when all was quiet."""
    await emptied(system)
    place = tmp_path_factory.mktemp("rehearsals") / "one"
    recording = Recording(system, place)
    async with recording.running():
        await asyncio.sleep(6)
    await quiet(system)
    await _copied(system.address("database_url"), COPY, of=None)
    return place


@asynccontextmanager
async def planted(system, *statements):
    """Give the addresses of the system with a copy of its database in which something is planted."""
    url = system.address("database_url")
    await _copied(url, "planted", of=COPY)
    connection = await asyncpg.connect(_named(url, "planted"))
    try:
        await connection.execute("SET session_replication_role = replica")  # foreign keys would object
        for statement in statements:
            assert not (await connection.execute(statement)).endswith(" 0"), statement
    finally:
        await connection.close()
    yield {**system.running.where(), "database_url": _named(url, "planted")}


async def _copied(url, name, of):
    """Copy the system's database, whose connections are cut for a moment, or a copy of it."""
    source = of or urlsplit(url).path[1:]
    connection = await asyncpg.connect(_named(url, "postgres"))
    try:
        await connection.execute(f"DROP DATABASE IF EXISTS {name}")
        await connection.execute(f"ALTER DATABASE {source} ALLOW_CONNECTIONS false")
        await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", source)
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY file_copy")
    finally:
        await connection.execute(f"ALTER DATABASE {source} ALLOW_CONNECTIONS true")
        await connection.close()


def _named(url, name):
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


async def judged(place, addresses):
    return await asyncio.to_thread(judge, place, addresses, PATIENCE)


@pytest.fixture
def folder(rehearsed, tmp_path):
    """A copy of the rehearsal's folder, to be changed."""
    return Path(shutil.copytree(rehearsed, tmp_path / "folder"))


async def test_a_rehearsal_in_which_all_went_well_passes(system, rehearsed):
    """Nothing lost, every objective held, nothing in doubt: exit code 0, and it is written down."""
    verdict = await judged(rehearsed, system.running.where())

    assert ([], [], "pass", 0) == (verdict.reasons, verdict.doubts, verdict.result, verdict.exit_code)
    assert verdict.counts["submissions"] > 0
    assert verdict.counts["receipts_verified"] > verdict.counts["submissions"]
    written = json.loads((rehearsed / "verdict.json").read_text())
    assert (verdict.line, ["chain"]) == (written["line"], written["not_built"])


# What is left of a filing whose acknowledgement went out before its commit, when the counter was killed in between.
ACKED_BEFORE_COMMIT = (
    f"DELETE FROM section_revision WHERE draft_id = {ONE}",
    f"DELETE FROM draft WHERE draft_id = {ONE}",
    f"DELETE FROM submission WHERE draft_id = {ONE}",
)


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        pytest.param(ACKED_BEFORE_COMMIT, "lost", id="an acknowledgement before its commit"),
        pytest.param(
            (f"DELETE FROM section_revision WHERE draft_id = {ONE} AND section = 'work'",), "lost", id="a lost section"
        ),
        pytest.param((A_SECOND_DECISION,), "dup_effect", id="a duplicated decision"),
        pytest.param(AGAIN_IN_REVIEW, "stuck", id="a stuck item"),
    ],
)
async def test_a_planted_bug_turns_the_verdict_red(system, folder, statements, named):
    """By the name of what it breaks."""
    async with planted(system, *statements) as addresses:
        verdict = await judged(folder, addresses)

    assert ("fail", 1) == (verdict.result, verdict.exit_code)
    assert any(reason.startswith(f"{named}: ") for reason in verdict.reasons)
    assert named in verdict.line


async def test_receipts_of_another_key_turn_the_verdict_red(system, folder):
    """They do not verify with the keys that are published."""
    with publishing(Ed25519PrivateKey.generate().public_key().public_bytes_raw()) as http:
        verdict = await judged(folder, {**system.running.where(), "http": http})

    assert "fail" == verdict.result
    assert [f"forged: {verdict.counts['saves'] + verdict.counts['submissions']}"] == verdict.reasons


async def test_what_cannot_be_looked_at_is_not_called_missing(system, folder):
    """Without the database, the keys or the registries' log it is not known, and nothing is called lost or forged."""
    nowhere = "http://127.0.0.1:9"
    for without in ({"database_url": None}, {"http": nowhere}, {"registries": nowhere}):
        verdict = await judged(folder, {**system.running.where(), **without})

        assert ("inconclusive", 3, []) == (verdict.result, verdict.exit_code, verdict.reasons), without
        assert not any(found.count for found in verdict.sets), without
        assert not all(found.sure for found in verdict.sets), without


async def test_a_log_that_breaks_off_is_no_evidence_for_ghosts(system, folder):
    """An intent may be missing from it: what seems to be there though nobody sent it is a doubt."""
    log = Folder(folder).ledger
    lines = [line for line in log.read_text().splitlines() if '"what": "submission"' not in line]
    log.write_text("\n".join([*lines, '{"intent": 99']))

    verdict = await judged(folder, system.running.where())

    assert ("inconclusive", []) == (verdict.result, verdict.reasons)
    assert "ghost" in {found.name for found in verdict.sets if not found.sure}


@contextmanager
def publishing(key):
    """Answer every request with one public key."""
    x = base64.urlsafe_b64encode(key).decode().rstrip("=")
    body = json.dumps({"keys": [{"kid": kid, "x": x} for kid in ("receipts-0001", "1", "r1")]}).encode()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
