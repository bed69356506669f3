"""
The first answer to a request that names itself by a key, for a day.

The key is written in the transaction of the effect, and the answer with it: both are
there, or neither. Whoever comes with the same key meanwhile waits for that transaction.
"""
