"""docs/states.md: the moves of a draft and of a submission, drawn from the domain."""

from core.domain.submission import DECIDED, MOVES, NOT_LIVE, State
from ingest import texts

HEAD = """# States

Written by `make golden` from `core/domain/submission.py` and the catalogue; a test holds it equal.

## Draft

```mermaid
stateDiagram-v2
    [*] --> open
    open --> sealed: filed
    open --> deleted: by its owner
    open --> expired: not filed in time
```

"""
SUBMISSION = """
## Submission

A move that is not drawn here breaks a constraint of the ledger (`allowed_move`). A source that does not answer
decides nothing: `suspended` never leads to `refused`, and what was decided changes only by way of `reopened`.

"""


def states() -> str:
    """Return the page."""
    return HEAD + _drafts() + SUBMISSION + _diagram() + "\n" + _submissions()


def _diagram() -> str:
    moves = [f"    {source} --> {target}" for source in State for target in State if target in MOVES[source]]
    ends = [f"    {state} --> [*]" for state in State if not MOVES[state]]
    first = f"    [*] --> {State.ACCEPTED}"
    return "\n".join(["```mermaid", "stateDiagram-v2", first, *moves, *ends, "```", ""])


def _drafts() -> str:
    said = texts.load().draft_states
    rows = [f"| `{name}` | {text.word} | {text.sentence} |" for name, text in said.items()]
    return "\n".join(["| state | Italian | what she reads |", "|---|---|---|", *rows, ""])


def _submissions() -> str:
    said = texts.load().submission_states
    head = ["| state | Italian | what she reads | leads to | outcome to read | live |", "|---|---|---|---|---|---|"]
    rows = [_row(state, said[state].word, said[state].sentence) for state in State]
    return "\n".join([*head, *rows, "", LIVE, ""])


LIVE = "Live: the person cannot file another application of the same programme in the same window."


def _row(state: State, word: str, sentence: str) -> str:
    targets = ", ".join(f"`{target}`" for target in State if target in MOVES[state]) or "–"
    outcome, live = ("yes" if state in DECIDED else "no"), ("no" if state in NOT_LIVE else "yes")
    return f"| `{state}` | {word} | {sentence} | {targets} | {outcome} | {live} |"
