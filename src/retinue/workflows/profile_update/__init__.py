"""
Profiles changed by tasks: what an account says of itself on its network.

The promise: the profile is read before anything is sent, so that what stands there already is not
sent again, and an answer that was lost is looked for before the edit is repeated.
"""
