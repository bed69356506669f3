"""
The numbers of the overview page, and the scoreboard of sources.

Crosses accounts, safety, the ledger and sessions; owns nothing and writes nothing.
"""
