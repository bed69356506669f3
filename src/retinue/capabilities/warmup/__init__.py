"""
The five phases that a new account goes through, and the bots that perform them.

The server decides: a phase is done in its turn, not before its time, by one bot at a
time, with one choice of content that stays the same until the phase fails.
"""
