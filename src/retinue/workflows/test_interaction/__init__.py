"""
One act, end to end, with an account that exists for nothing else.

It proves that credentials, proxy-less line, log-in, act and ledger work together, and
touches no limit and no window of any other account.
"""
