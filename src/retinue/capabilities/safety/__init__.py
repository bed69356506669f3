"""
When to stop: limits, backoff, cooldown, pauses, and what an error means for an account.

The rules are pure and are fed with counts by the ledger. When a network says
stop, the account stops, and the reason stays readable.
"""
