"""Duties: what a counter does for the register beside taking entries: bring them in, and keep copies for others."""

import asyncio

from ingest.emergency.copy_port import CopyPort
from ingest.emergency.importing import Importer
from ingest.emergency.register import Register
from ingest.emergency.sealing import Box

EVERY_SECONDS = 1.0


class Duties:
    """Done until they are cancelled; then closed."""

    def __init__(self, register: Register, importer: Importer, box: Box, host: str, port: int | None) -> None:
        """Arguments: the register and its importer; the box of copies; where to listen for those of others, if at
        all. Of the counters of one machine the first has the port, and another takes it when that one ends."""
        self._register, self._importer, self._box = register, importer, box
        self._host, self._port = host, port
        self._copies: CopyPort | None = None

    async def keep_up(self) -> None:
        """Do them all, until cancelled."""
        await asyncio.gather(self._importer.keep_up(), self._listen())

    async def _listen(self) -> None:
        while self._port is not None and self._copies is None:
            try:
                self._copies = CopyPort(self._host, self._port, self._register.open_journal, self._box)
            except OSError:
                await asyncio.sleep(EVERY_SECONDS)

    def close(self) -> None:
        """Stop listening, and let the journal go."""
        if self._copies is not None:
            self._copies.close()
        self._importer.close()
        self._register.close()
