"""The public word: whether it works, since when not, what is safe, what to do, and when there is more to say."""
