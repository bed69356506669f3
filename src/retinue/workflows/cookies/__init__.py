"""
An account's cookies, fetched anew before they run out.

The promise: the jar before the last is kept, and no log-in is tried beyond the two of a day.
"""
