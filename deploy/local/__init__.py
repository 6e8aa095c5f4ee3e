"""One machine: the embedded parts and every process of ours, under one supervisor."""
