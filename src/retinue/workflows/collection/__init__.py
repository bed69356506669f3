"""
Looking people up: profiles and posts, read by a worker account through its own proxy.

The promise: what a network does not tell is null in a result, never 0 or an empty text.
"""
