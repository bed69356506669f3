"""
The accounts as the session engine shows them: each with its session, and a plan from the start.

Crosses accounts, plans and sessions; owns nothing.
"""
