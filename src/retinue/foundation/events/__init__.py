"""
What happened, told after it is durable, numbered without gaps.

`publish` writes a row in the caller's transaction, so an event dies with a
rollback. Numbers are given afterwards by one leased publisher: a number that
was seen is never followed by a smaller one that was not.
"""
