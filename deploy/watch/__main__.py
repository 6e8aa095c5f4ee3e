"""Watch a running system: Prometheus and Alertmanager on loopback, with every alert (`make watch`)."""

import json
import os
import signal
import subprocess
import sys
import threading
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from core import settings
from core.settings import SettingsError
from deploy.local.environment import bare
from deploy.local.folders import replace
from deploy.local.process import ROOT
from deploy.local.refusal import CannotStart
from deploy.watch.parts import Part, alertmanager, prometheus, running
from deploy.watch.tools import NoTools, need


def main(arguments: Sequence[str] | None = None) -> int:
    """Watch until asked to stop; return 0 then, and 1 where it could not start (a line says why)."""
    asked = _parser().parse_args(arguments)
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    try:
        data = settings.load().place.data
        _watch(data, asked.ops or _ops(data), asked, over)
    except (SettingsError, CannotStart, NoTools) as error:
        sys.stderr.write(f"approdo: {error}\n")
        return 1
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m deploy.watch", description=__doc__)
    parser.add_argument("--ops", help="address of the operators' port; default: of the system on this data")
    parser.add_argument("--prometheus-port", type=int, default=9090, help="0: any that is free")
    parser.add_argument("--alertmanager-port", type=int, default=9093, help="0: any that is free")
    parser.add_argument("--every", default="5s", help="between two scrapes")
    parser.add_argument("--pace", default="1", help="shortens every duration of the rules, for a rehearsal")
    for name in ("pager", "messages", "alive", "incidents", "incidents-key"):
        parser.add_argument(f"--{name}", help="webhook" if name != "incidents-key" else "file")
    return parser


def _ops(data: Path) -> str:
    try:
        return str(json.loads((data / "run" / "system.json").read_bytes())["ops"])
    except (OSError, ValueError, LookupError):
        raise CannotStart("the system is not running on this data: `make run` starts it, --ops names another") from None


def _watch(data: Path, ops: str, asked: Namespace, over: threading.Event) -> None:
    """Run both, say where they are, and end them."""
    folder = data.absolute() / "watch"
    folder.mkdir(parents=True, exist_ok=True)
    alerting = alertmanager(need("prometheus-alertmanager"), folder, asked.alertmanager_port)
    looking = prometheus(need("prometheus"), folder, asked.prometheus_port)
    _write_files(folder, ops, alerting, asked)
    with running(alerting, over), running(looking, over):
        where = {"pid": os.getpid(), "prometheus": looking.address, "alertmanager": alerting.address, "ops": ops}
        replace(folder / "where.json", json.dumps(where, indent=1))
        sys.stdout.write(f"WATCHING  {looking.address}/alerts   {alerting.address}   of {ops}\n")
        sys.stdout.flush()
        over.wait()
    (folder / "where.json").unlink(missing_ok=True)


def _write_files(folder: Path, ops: str, alerting: Part, asked: Namespace) -> None:
    named = {"--ops": ops, "--alertmanager": alerting.place, "--every": asked.every, "--pace": asked.pace}
    key = folder.parent / "public" / "alerts.key"
    if asked.incidents is None and key.exists():
        named |= {"--incidents": f"{ops}/v1/alerts", "--incidents-key": str(key)}
    for name in ("pager", "messages", "alive", "incidents", "incidents_key"):
        if getattr(asked, name) is not None:
            named[f"--{name.replace('_', '-')}"] = getattr(asked, name)
    options = [part for option, value in named.items() if value for part in (option, value)]
    command = [sys.executable, "-m", "monitoring.alerts", str(folder), *options]
    done = subprocess.run(command, cwd=ROOT, env=bare(os.environ), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise CannotStart(f"the rules could not be written:\n{done.stderr[-2_000:]}")


if __name__ == "__main__":
    sys.exit(main())
