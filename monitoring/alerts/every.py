"""Every alert there is, in the order in which they are read."""

from collections.abc import Sequence

from monitoring.alerts.alert import Alert
from monitoring.alerts.burning import burning
from monitoring.alerts.faults import LATE, LOST, OURS

ALERTS: Sequence[Alert] = (*LOST, *LATE, *burning(), *OURS)
