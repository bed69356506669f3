"""
What Retinue may not do by itself, or cannot: prepared for a person, performed by them, confirmed with evidence.

The act is promised in the ledger before the person hears of it, so that nobody else does it meanwhile.
"""
