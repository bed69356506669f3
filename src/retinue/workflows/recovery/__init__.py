"""
An account that does not open any more is brought back, or a person is asked.

The promise: two log-ins a day at most without a person, every step in the audit log, and an account
that waits for a person goes on by itself once that person is done.
"""
