"""
Tasks: work that an operator sees, alone or in batches, and the queue that it waits in.

A task that was accepted is a row: it runs, or says what it waits for and until when. Whoever works
on it holds it under a lease with a fence, and one account does one thing at a time.
"""
