"""
Sandgram, the fictional network.

A social network that exists on this machine only: people, posts, accounts that
can log in, and an oracle that remembers every effect. Other programs talk to it
over the wire; it imports nothing of them.
"""

__version__ = "0.1.0"
