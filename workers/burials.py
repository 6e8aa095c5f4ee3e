"""burials: every reason for which work is put on a person's list."""

from bonus.codes import FLAGS
from bonus.officer import FLAG
from workers.burial import CRASHES
from workers.notice import UNSENT
from workers.reasons import NOT_KNOWN_BY_DEADLINE, TECHNICAL_FAULT, UNANSWERED
from workers.registries.exchange import QUESTION_REFUSED
from workers.settling import REFUSED

_NAMED = {CRASHES, NOT_KNOWN_BY_DEADLINE, QUESTION_REFUSED, REFUSED, TECHNICAL_FAULT, UNANSWERED, UNSENT}
BURIALS = frozenset(_NAMED) | {FLAG.rstrip(":"), *(FLAG + name for name in FLAGS)}
