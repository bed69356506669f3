"""
Background functions as rows.

`defer` writes the job in the caller's transaction; a message only rings the
bell. A job is claimed by conditional update with a lease and a fence, its
attempts are counted before the work, and after three failures it is parked as
dead, in sight. Any process may sweep.
"""
