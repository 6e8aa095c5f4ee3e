"""The counter's process: `python -m ingest` serves the public socket it is given."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from core import collector, settings
from core.clock import SystemClock
from core.settings import Environment, Settings
from core.storage import keyring
from core.storage.attempts import AttemptLog
from core.storage.civil_time import CivilTime
from core.storage.complaints import Complaints
from core.storage.drafts import Drafts
from core.storage.durability import connect_to_keep
from core.storage.estimate import Estimates
from core.storage.group_commit import GroupCommit
from core.storage.incidents import Outages
from core.storage.notices import NoticeBook
from core.storage.reader import Reader
from core.storage.receipts import GivenReceipts
from core.storage.register import RegisterImports
from core.storage.submissions import Submissions
from core.storage.switches import Switches, of_reader
from ingest import texts
from ingest.admission.admission import Admission
from ingest.admission.limit import Bounds
from ingest.app import build
from ingest.counter import Counter
from ingest.door import Door
from ingest.emergency.copies import Peers
from ingest.emergency.duties import Duties
from ingest.emergency.importing import Importer
from ingest.emergency.register import Register
from ingest.emergency.sealing import Box
from ingest.filing import CounterRules
from ingest.health import Readiness
from ingest.keys import Keys
from ingest.listening import Server
from ingest.loop_lag import LoopLag
from ingest.numbers import Numbers
from ingest.person import People
from ingest.proof.certificates import Certificates
from ingest.proof.key_files import KeyFault
from ingest.proof.receipt_forms import ReceiptForms
from ingest.proof.receipts import Receipts
from ingest.protocol import speaking_for
from ingest.tokens import Tokens
from monitoring.acks import PROMISES
from monitoring.process import Watch, watched

GRACE_SECONDS = round(settings.STOP_WAITS.total_seconds())


def main() -> None:
    """Serve until SIGTERM or SIGINT; requests under way are finished first."""
    try:
        known = settings.load()
        known.database_url()
        keys = Keys(known.place.keys_folder, SystemClock().now())
    except (settings.SettingsError, KeyFault) as error:
        sys.exit(str(error))
    place = known.place
    with watched(place.process or "counter", place.data, traces_url=place.traces_url) as watch:
        _serve(known, keys, watch)


def _serve(known: Settings, keys: Keys, watch: Watch) -> None:
    given = known.place.socket_fd
    door = _application(known, keys, watch)
    config = uvicorn.Config(
        door,
        host="127.0.0.1",
        port=known.place.http_port,
        loop="uvloop",
        http=speaking_for(door.desk, door.admit, door.hold),
        ws="none",
        interface="asgi3",
        proxy_headers=False,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    Server(config).run(sockets=[config.bind_socket() if given is None else socket.socket(fileno=given)])


def _application(known: Settings, keys: Keys, watch: Watch) -> Door:
    """The composition root: everything is put together here and nowhere else."""
    limits, url, clock = known.counter, known.database_url(), SystemClock()
    said = texts.load()
    reader = Reader(url, pool_size=known.stores.pool_size)
    commit = GroupCommit(
        lambda: connect_to_keep(url, standby=known.stores.sync_standby),
        batch=limits.batch,
        waiting=limits.waiting,
        deadline=limits.deadline.total_seconds(),
        clock=clock,
        observe=watch.observe,
    )
    watch.series.expect_requests(PROMISES)
    watch.series.pool_is("read", busy=lambda: reader.busy, most=known.stores.pool_size)
    watch.series.commits_are(waiting=lambda: commit.waiting, most=limits.waiting)
    attempts = AttemptLog(commit, reader, clock, observe=watch.observe)
    receipts, tokens = Receipts(keys.receipts), Tokens(keys.tokens)
    certificates = Certificates(receipts, tokens, said, attempts, watch.observe)
    switches = Switches(of_reader(reader), clock, watch.observe)
    register = Register(
        known.place.register_folder,
        keys.person,
        receipts,
        clock,
        watch.observe,
        copies=known.emergency.register_copies,
        peers=Peers(known.emergency.peers, Box(keys.person, b"copies")),
    )
    readiness = Readiness(
        reader,
        lambda: keyring.strangers(url, keys.marks()),
        standby=known.stores.sync_standby,
        register=register,
        observe=watch.observe,
    )
    lag = LoopLag(clock, watch.observe)
    admission = Admission(
        lambda: readiness.unsound,
        clock,
        bounds=Bounds(limits.under_way_least, limits.under_way, limits.answer.total_seconds()),
        too_late=lag.too_late,
        paused=switches.paused,
        observe=watch.observe,
    )
    lag.tell(admission.lagged)
    counter = Counter(
        drafts=Drafts(commit, reader, life=limits.draft_life, paused=switches.paused),
        submissions=Submissions(commit, reader, paused=switches.paused),
        estimates=Estimates(reader),
        civil=CivilTime(reader, clock),
        outages=Outages(reader),
        register=register,
        correlations=RegisterImports(commit, reader),
        attempts=attempts,
        receipts=receipts,
        certificates=certificates,
        receipt_forms=ReceiptForms(said),
        tokens=tokens,
        numbers=Numbers(keys.number),
        people=People(keys.person),
        draft_secret=keys.person,
        texts=said,
        clock=clock,
        observe=watch.observe,
        admission=admission,
        body_bytes=limits.body_bytes,
        notices=NoticeBook(commit, reader),
        complaints=Complaints(commit),
        given_receipts=GivenReceipts(reader),
        sends_letters=known.sends_letters,
    )

    duties = _duties(known, keys, counter)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        await commit.start()
        await switches.look()
        loops = (
            readiness.watch(),
            certificates.keep_up(clock, admission.crowded),
            lag.watch(),
            switches.watch(),
            duties.keep_up(),
        )
        tasks = [asyncio.create_task(one) for one in loops]
        collector.calm()
        yield
        readiness.stopping = True
        for task in tasks:
            task.cancel()
        await attempts.write()
        await commit.close()
        await reader.close()
        duties.close()

    production = known.place.environment is Environment.PRODUCTION
    place = known.place
    return build(
        counter, readiness, life, production=production, public_url=place.public_url, status_page=place.status_page
    )


def _duties(known: Settings, keys: Keys, counter: Counter) -> Duties:
    importer = Importer(
        counter.register,
        counter.correlations,
        CounterRules(counter),
        counter.clock,
        counter.observe,
        known.place.register_folder,
        counter.civil.offset,
    )
    asked, box = known.emergency, Box(keys.person, b"copies")
    return Duties(counter.register, importer, box, asked.register_host, asked.register_port)


if __name__ == "__main__":
    main()
