"""A stranger with a stopwatch: speaks HTTP and believes only receipts."""
