"""
Unknown outcomes, settled by looking: is the like there, is the person followed, does the comment stand?

Only what is seen counts. A look that fails is no verdict, and absence is believed only
once the network has had time to show the effect. One function looks, wherever it is
called from: between two candidates of a session, or from a job that holds the account's lease.
"""
