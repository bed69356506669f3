"""
The accounts that a team owns: what they are, how they are, and their sealed credentials.

A transport error never says that an account is locked. Credentials are sealed one
by one and leave this slice only towards a driver.
"""
