"""
Ways out with a user name and a password, for whoever is to be seen from another address.

Each listens on a port of the loopback address and speaks HTTP (CONNECT and the plain form) and
SOCKS5. It lets through to Sandgram itself and to nothing else, so that it is never open to others.
"""
