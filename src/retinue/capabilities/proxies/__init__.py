"""
The ways out. An account with a proxy reaches the network through it or not at all.
"""
