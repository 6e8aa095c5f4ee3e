"""The garbage collector: told at the end of a start that all there is will stay."""

import gc


def calm() -> None:
    """Leave what was built at start alone, and look less often: a full collection in a peak makes the tail."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
