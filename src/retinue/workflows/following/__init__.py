"""
Follows as tasks: many accounts, many people, one task for each pair.

The promise: every follow goes through the ledger exactly as a session's act does, so nobody is
followed twice, whatever dies in between.
"""
