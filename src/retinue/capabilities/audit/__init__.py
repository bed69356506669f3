"""
Who did what, and when. Rows are only ever added: triggers refuse the rest, and
each row carries the hash of the one before it.
"""
