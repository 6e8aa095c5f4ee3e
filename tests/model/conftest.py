"""The same house and ledger as where crash points are walked."""

from tests.crash.conftest import house as house  # noqa: PLC0414  fixtures
from tests.crash.conftest import stage as stage  # noqa: PLC0414
from tests.crash.conftest import stores as stores  # noqa: PLC0414
