"""
Who may work on what, until when.

A lease is a row with a holder, an expiry and a fence that grows with each new
holder. It protects our own rows: a write that carries an old fence is refused.
It does not protect the network; for that, see the ledger's intents.
"""
