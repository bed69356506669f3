"""
Everything that can go wrong on the wire, on demand.

A rule says for whom and when; the middleware makes it happen on the real
connection, so that a client meets a reset as a reset and a stall as a stall.
"""
