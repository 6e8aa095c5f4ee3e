"""Acts of people who run it: a rolling stop, old and new code together, a migration that dies, keys that change."""

import asyncio
import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import asyncpg
import httpx

from loadtest.bench import program
from loadtest.bench.program import Program
from loadtest.faults import parts, programs
from loadtest.faults.attempt import Attempt
from loadtest.faults.house import house, through
from loadtest.faults.proxy import proxied
from loadtest.faults.scenario import ALONE, EMBEDDED, QUICK, CannotRun, does
from loadtest.faults.scene import PATIENCE, Scene
from loadtest.rehearsal.stack import ROOT

HONEST_STOP: Final = {"already-filed", "shutting-down", "overloaded"}
MIGRATIONS: Final = "core/storage/migrations/versions"
POINTS: Final = 10  # of a migration at which it is killed


@does(2, on=ALONE)
def counters_stopped_in_turn(attempt: Attempt) -> None:
    """Two counters are told to stop in turn, as a deploy does: every request is answered, none fails."""
    with house(attempt.folder / "house", EMBEDDED, APPRODO_COUNTERS="2") as made:

        async def in_turn(scene: Scene) -> None:
            began = time.time()
            for counter in ("counter-1", "counter-2") * 2:
                await scene.back(counter, scene.kill(counter, signal.SIGTERM))
                await scene.warm(1)
            stretch = scene.stretch(began)
            failed = {code: count for code, count in stretch.codes.items() if code not in HONEST_STOP}
            scene.must(not failed, f"answers that failed: {failed}")
            scene.silence("longest silence", stretch, 2)

        attempt.on(made, in_turn)


@does(56, on=ALONE, seconds=150)
def old_and_new_code(attempt: Attempt) -> None:
    """The version before the last migration runs, is replaced, runs beside the new one, on its tables."""
    old = previous(attempt.folder / "previous")
    with house(attempt.folder / "house", EMBEDDED, root=old) as made:

        async def deployed(scene: Scene) -> None:
            await _replaced(scene, ROOT)
            await _mixed(scene, old)

        attempt.on(made, deployed)


@does(56, on=ALONE, seconds=150)
def rolled_back(attempt: Attempt) -> None:
    """A version with one migration more is deployed, and taken back: this one runs on the tables of the next."""
    later = following(attempt.folder / "following")
    with house(attempt.folder / "house", EMBEDDED) as made:

        async def there_and_back(scene: Scene) -> None:
            await _replaced(scene, later)
            scene.must(await scene.value(_PLANTED), "the next version did not change the tables")
            await _replaced(scene, ROOT)
            await scene.effect_after(time.time(), "back, next effect", 30)

        attempt.on(made, there_and_back)


async def _replaced(scene: Scene, root: Path) -> None:
    """Stop one version and start another on the same data, under load."""
    stack, began = scene.house.stack, time.time()
    stack.popen.send_signal(signal.SIGTERM)
    stack.root = root
    await scene.start_again()
    await scene.acked_after(time.time(), "another version started, next acknowledgement", 5)
    scene.note(f"replaced under load: {scene.stretch(began).longest_silence:.1f} s without an acknowledgement")
    await scene.warm(1)


async def _mixed(scene: Scene, old: Path) -> None:
    """Old worker under the new counter, then the old counter on the new tables."""
    new = scene.load.url
    ours = [scene.pid(part) for part in ("worker-1", "worker-2")]
    scene.start_beside("worker-8", "workers", "run", root=old)
    await scene.until(lambda: "worker-8" in scene.house.stack.pids(), "the old worker does not run on the new tables")
    with scene.frozen(*ours):
        await scene.effect_after(time.time() + 0.5, "old worker under the new counter, next effect", 30)
    with counter_beside(scene, "counter-8", root=old) as (url, _):
        await ready(scene, url)
        scene.load.url = url
        await scene.warm(2)
        scene.load.url = new
        await scene.warm(1)


def previous(folder: Path) -> Path:
    """Return a checkout of the code before the last change of tables. Errors: CannotRun."""
    folder.mkdir(parents=True)
    packed = _git("archive", _before_the_last_migration())
    subprocess.run(["tar", "-x", "-C", folder], input=packed, check=True)  # noqa: S603, S607
    return folder


def _before_the_last_migration() -> str:
    """Return the newest commit that ran on fewer tables; one at which two migrations bear one number never ran."""
    ours = _migrations("HEAD")
    for change in _git("log", "--format=%H", "--", MIGRATIONS).decode().split():
        try:
            theirs = _migrations(f"{change}^")
        except subprocess.CalledProcessError:
            break
        if theirs and len(theirs) == len(set(theirs)) < len(ours):
            return f"{change}^"
    raise CannotRun("the history of the project does not reach back to before the last migration")


def _migrations(commit: str) -> list[str]:
    """Return the numbers of a commit's migrations."""
    names = _git("ls-tree", "--name-only", f"{commit}:{MIGRATIONS}").decode().split()
    return [name[:4] for name in names if name[0].isdigit()]


def following(folder: Path) -> Path:
    """Return a copy of the code with one migration more, as an expanding one is written."""
    ours = shutil.ignore_patterns("__pycache__", "tests", "docs")
    for room in ("core", "bonus", "ingest", "workers", "retry", "monitoring", "loadtest", "deploy"):
        shutil.copytree(ROOT / room, folder / room, ignore=ours)
    last = max(path.name[:4] for path in (folder / MIGRATIONS).glob("[0-9]*.py"))
    (folder / MIGRATIONS / "9999_planted.py").write_text(_MIGRATION.format(last=last))
    return folder


_PLANTED = "SELECT 1 FROM information_schema.columns WHERE table_name = 'draft' AND column_name = 'planted'"
_MIGRATION = '''"""Planted by the fault matrix."""

from alembic import op

revision, down_revision = "9999", "{last}"


def upgrade() -> None:
    """Expand."""
    op.execute("ALTER TABLE draft ADD COLUMN planted text")
'''


def _git(*arguments: str) -> bytes:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        raise CannotRun("the history of the project is not here")
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=True).stdout  # noqa: S603, S607


@contextmanager
def counter_beside(
    scene: Scene,
    name: str,
    *,
    root: Path = ROOT,
    more: Mapping[str, str] | None = None,
    run_by: Sequence[str] = (),
) -> Iterator[tuple[str, Program]]:
    """Run another counter on a socket of its own, with `more` settings; give its address.

    `run_by`: a module that runs it, if not Python itself.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listening:
        given = {**scene.house.environment(name), **(more or {})}
        begun = program.start(name, ["-m", *run_by, "ingest"], given, scene.house.logs, listening=listening, root=root)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}", begun
        finally:
            begun.stop()


async def ready(scene: Scene, url: str) -> None:
    """Wait until a counter says so."""

    async def says_so() -> bool:
        return (await readyz(url))[0] == 200

    await scene.until_asked(says_so, "a counter beside the others does not become ready")


async def readyz(url: str) -> tuple[int, list[str]]:
    """Return what a counter says of itself; 0 and nothing where it does not say."""
    async with httpx.AsyncClient(trust_env=False, timeout=2) as client:
        try:
            answer = await client.get(f"{url}/readyz")
        except httpx.TransportError:
            return 0, []
        return answer.status_code, list(answer.json().get("why", []))


@does(57, on=ALONE)
def migration_killed(attempt: Attempt) -> None:
    """A migration is cut off at statements all along its way: the tables are whole or as before; it can go again."""
    with (
        parts.beginning(attempt.folder / "parts", programs.wrapped(attempt.folder / "programs")) as stores,
        proxied(stores.postgres_socket) as line,
    ):
        line.cut_at(0)
        url, empty = through(line), asyncio.run(_tables(stores.database_url))
        whole_at = sorted({1, *attempt.random.sample(range(2, 60), POINTS)})
        cut = 0
        for point in whole_at:
            line.cut_at(point)
            done = _migrate(url)
            cut += line.cut.is_set()
            tables = asyncio.run(_tables(stores.database_url))
            if line.cut.is_set() and done.returncode == 0:
                attempt.why.append(f"cut at piece {point}, and it says that all is well")
            if done.returncode != 0 and tables != empty:
                attempt.why.append(f"cut at piece {point}: half of the tables are there")
            if done.returncode == 0:
                break
        line.heal()
        attempt.notes.append(f"cut off at {cut} points")
        done, again = _migrate(url), _migrate(url)
        if done.returncode or again.returncode:
            attempt.why.append(f"it cannot go again: {done.stderr[-200:]}{again.stderr[-200:]}")


def _migrate(url: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "core.storage.migrate"]
    environment = {"DATABASE_URL": url, "PATH": "/usr/bin:/bin"}
    return subprocess.run(  # noqa: S603 (of our own making)
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


async def _tables(url: str) -> list[str]:
    connection = await asyncpg.connect(url, timeout=5)
    try:
        rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        return [row[0] for row in rows]
    finally:
        await connection.close()


@does(58, on=QUICK)
async def keys_change(scene: Scene) -> None:
    """A key is missing, is another one, is rotated: nothing is signed wrongly, and old receipts stay good."""
    ours, theirs = scene.house.stack.data / "keys", scene.house.folder / f"keys-{time.time_ns()}"
    shutil.copytree(ours, theirs)
    for file in theirs.glob("receipts-*.json"):
        file.unlink()
    with counter_beside(scene, "counter-7", more={"APPRODO_KEYS": str(theirs)}) as (url, begun):
        await scene.until(lambda: begun.popen.poll() is not None, "a counter without its receipt key runs")
        scene.must((await readyz(url))[0] != 200, "a counter without its receipt key is ready")
    shutil.copytree(ours, theirs, dirs_exist_ok=True)
    _another(theirs, "person")
    with counter_beside(scene, "counter-7", more={"APPRODO_KEYS": str(theirs)}) as (url, _):

        async def says_why() -> bool:
            return await readyz(url) == (503, ["another-person-key"])

        await scene.until_asked(says_why, "a counter with another person key does not say so")
    await _rotated(scene)


def _another(folder: Path, purpose: str) -> None:
    """Put another key in the place of one."""
    for file in folder.glob(f"{purpose}-*.json"):
        told = json.loads(file.read_text())
        secret = urlsafe_b64encode(bytes(range(32))).decode().rstrip("=")
        file.write_text(json.dumps({**told, "secret": secret}))


async def _rotated(scene: Scene) -> None:
    """Rotate the receipt key under load; the counter signs with it from its next start on."""
    before = await _key_ids(scene)
    command = [sys.executable, "-m", "ingest.keys", "rotate", "receipts"]
    environment = {"APPRODO_DATA": str(scene.house.stack.data), "PATH": "/usr/bin:/bin"}
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    scene.must(done.returncode == 0, f"rotate: {done.stderr}")
    rotated_at = time.time()
    await scene.back("counter-1", scene.kill("counter-1", signal.SIGTERM))
    await scene.acked_after(rotated_at, "rotated and started again, next acknowledgement", 30)
    scene.must(len(await _key_ids(scene)) == len(before) + 1, "the new key is not published")


async def _key_ids(scene: Scene) -> set[str]:
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as client:
        answer = await client.get(f"{scene.house.counter}/v1/receipt-keys")
        return {key["kid"] for key in answer.json()["keys"]}
