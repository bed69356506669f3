"""
What changes at run time: typed, validated, versioned, audited.

Every change is a new version of the whole; nothing is overwritten. What is
fixed at start is `foundation.configuration`.
"""
