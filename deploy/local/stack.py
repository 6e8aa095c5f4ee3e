"""The stack: one copy of the whole system, from an empty folder to READY and back to nothing."""

import json
import os
from collections.abc import Mapping
from socket import socket

from core.settings import Environment, Settings
from deploy.local import embedded, folders
from deploy.local.civil import Civil
from deploy.local.environment import of_a_room
from deploy.local.folders import Folders
from deploy.local.migration import migrate
from deploy.local.ports import address, listen
from deploy.local.refusal import CannotStart, Interrupted
from deploy.local.rooms import Rooms
from deploy.local.stop_request import StopRequest
from deploy.local.supervisor import Supervisor
from deploy.local.terminal import Terminal
from deploy.local.valkey import is_listened_to


class Stack:
    """Everything `make run` starts."""

    def __init__(self, known: Settings, place: Folders, ours: Mapping[str, str], stop_request: StopRequest) -> None:
        self._known, self._place, self._ours, self._stop_request = known, place, ours, stop_request
        self._terminal = Terminal(place.logs / "supervisor.log")
        self._supervisor = Supervisor(place.logs, self._terminal, stop_request)
        self._sockets: list[socket] = []

    def run(self) -> None:
        """Start everything, keep it up, and stop it when asked. Errors: CannotStart, SettingsError; all has stopped."""
        try:
            self._start()
            self._supervisor.keep_up()
        except Interrupted:
            self._terminal.say("stopping: what is under way is finished first")
        finally:
            for listener in self._sockets:
                listener.close()
            self._supervisor.take_down()

    def _start(self) -> None:
        self._must_not_pretend()
        public = self._listen(self._known.place.http_port, "APPRODO_HTTP_PORT")
        operators = self._listen(self._known.place.ops_port, "APPRODO_OPS_PORT")
        folders.forget_previous_run(self._place)
        stores = self._stores()
        date = self._migrate(stores["DATABASE_URL"])
        rooms = self._rooms(stores, public, operators)
        self._supervisor.bring_up(rooms.children())
        self._say_ready(rooms, date)

    def _must_not_pretend(self) -> None:
        if self._known.place.environment is Environment.PRODUCTION and not self._known.registries.registries_url:
            raise CannotStart("APPRODO_REGISTRIES_URL is not set: in production nothing stands in for the registries")

    def _listen(self, port: int, setting: str) -> socket:
        listener = listen(port, setting)
        self._sockets.append(listener)
        return listener

    def _stores(self) -> dict[str, str]:
        """Bring up the ledger and the bell, where they are ours to bring up; return where they are."""
        stores, parts = self._known.stores, []
        database_url, redis_url = stores.named_database(), stores.redis_url
        if redis_url is None:
            part, redis_url = embedded.bell(self._place, self._ours)
            parts.append(part)
        elif not is_listened_to(redis_url):
            self._terminal.say("nobody answers at the address REDIS_URL names: until then workers look for themselves")
        if database_url is None:
            if not self._place.postgres.exists():
                self._terminal.say("PostgreSQL: making a new database")
            part, database_url = embedded.ledger(self._place, stores.postgres_bin, self._ours, self._stop_request.tick)
            parts.append(part)
        self._supervisor.bring_up(parts)
        return {"DATABASE_URL": database_url, "REDIS_URL": redis_url}

    def _migrate(self, database_url: str) -> Civil:
        development = self._known.place.environment is Environment.DEVELOPMENT
        tick = self._stop_request.tick
        try:
            date = migrate(database_url, self._ours, self._place.logs, tick, development=development)
        except CannotStart as error:
            theirs = self._known.stores.named_database() is not None
            raise CannotStart(f"{error} (it is the one DATABASE_URL names)" if theirs else str(error)) from None
        self._terminal.say("the database has this version's tables")
        asked = self._known.place.civil_now
        if asked is not None and date.is_another_time_than(asked):
            self._terminal.say(f"APPRODO_CIVIL_NOW is for new data alone: here it is {date.in_rome} already")
        return date

    def _rooms(self, stores: Mapping[str, str], public: socket, operators: socket) -> Rooms:
        elsewhere = self._known.registries.registries_url
        standins = None if elsewhere else self._listen(0, "APPRODO_REGISTRIES_URL")
        registries = address(standins) if standins else str(elsewhere)
        found = {"APPRODO_DATA": str(self._place.data), "APPRODO_REGISTRIES_URL": registries}
        if self._known.place.keys:
            found["APPRODO_KEYS"] = os.path.abspath(self._known.place.keys)  # noqa: PTH100
        crew = self._known.crew
        settings = of_a_room(self._ours, **stores, **found)
        return Rooms(settings, self._place.run, public, operators, standins, crew.counters, crew.workers, crew.relays)

    def _say_ready(self, rooms: Rooms, date: Civil) -> None:
        """Tell people where to click, and programs where everything is."""
        where = {
            "http": address(rooms.public),
            "ops": address(rooms.operators),
            "registries": rooms.settings["APPRODO_REGISTRIES_URL"],
            "database_url": rooms.settings["DATABASE_URL"],
            "redis_url": rooms.settings["REDIS_URL"],
        }
        folders.replace(self._place.run / "system.json", json.dumps({"pid": os.getpid(), **where}, indent=1))
        parts = [f"{where['http']} (applicants)", f"{where['ops']} (operators)", f"{where['registries']} (registries)"]
        parts += [f"civil date {date.in_rome} (prova)"] if date.is_set else []
        self._terminal.write("READY  " + "   ".join(parts))
