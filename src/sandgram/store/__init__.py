"""
What accounts have done, in one SQLite file of the data directory.

Effects are append-only and committed before the answer leaves, so a client that
is killed in between finds them again; so does a server that is restarted.
"""
