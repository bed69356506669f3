"""
A new password for an account: kept before it is sent, in force once a log-in has shown that it opens.

The promise: whatever dies at whatever moment, one of the passwords that are stored opens the account.
"""
