"""
The accounts' mailboxes over IMAP4rev1, on loopback and without TLS.

As much of the protocol as programs that read mail make use of. Mails arrive by the world's clock and
are never removed.
"""
