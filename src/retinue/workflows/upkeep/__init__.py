"""
What is done to every account once in a while: cookies, validation.

The promise: each account has its own time of the day, so that a fleet is never done in a rush.
"""
