"""
A person has decided, and what they chose is done in the same transaction: the item is closed and
the thing that it is about has changed, or neither.
"""
