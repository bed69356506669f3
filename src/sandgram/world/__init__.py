"""
The people, their posts and what accounts may do to them.

Everything that nobody has touched is computed from the seed; everything that an
account has done is read from the store. One effect is one committed row.
"""
