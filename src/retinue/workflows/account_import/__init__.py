"""
From an uploaded CSV file to accounts.

`all_or_nothing` is about validity: every row is checked and judged before the first
one is written. The writing itself goes on in steps of a thousand rows, each one
transaction, and an import that was begun is finished after a crash, from where it
stood. Imports are held by a lease, so that two processes never write the same one.
"""
