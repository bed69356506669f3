"""The ledger held against Sandgram's oracle: what we say we did, and what really reached its world."""
