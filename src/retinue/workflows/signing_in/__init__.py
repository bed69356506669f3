"""
How an account gets into its network's web site: the log-in, and every code that the page asks for.

The promise: a log-in is counted before it is tried, a code is used once, and what a page shows that
we did not expect is kept for a person to look at.
"""
