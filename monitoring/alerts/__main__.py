"""Write the files of Prometheus and Alertmanager: `python -m monitoring.alerts FOLDER`."""

from argparse import ArgumentParser
from pathlib import Path

from monitoring.alerts.files import OPS, files
from monitoring.alerts.routing import Hearers


def main() -> None:
    """Write the three files into a folder."""
    parser = ArgumentParser(prog="python -m monitoring.alerts", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--ops", default=OPS, help="address of the operators' port")
    parser.add_argument("--alertmanager", default="127.0.0.1:9093", help="host:port")
    parser.add_argument("--every", default="5s", help="between two scrapes")
    parser.add_argument("--pace", type=float, default=1, help="shortens every duration, for a rehearsal")
    for name in ("pager", "messages", "alive", "incidents", "incidents-key"):
        parser.add_argument(f"--{name}", help="webhook" if name != "incidents-key" else "file")
    asked = parser.parse_args()
    hearers = Hearers(asked.pager, asked.messages, asked.alive, asked.incidents, asked.incidents_key)
    asked.folder.mkdir(parents=True, exist_ok=True)
    for name, content in files(asked.ops, asked.alertmanager, hearers, pace=asked.pace, every=asked.every).items():
        (asked.folder / name).write_text(content)


if __name__ == "__main__":
    main()
