"""HTTP as the counter speaks it: bodies read strictly, preconditions, answers, refusals."""
