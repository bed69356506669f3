"""
Who may call: operators, their log-ins, and tokens with roles and scopes.

Nothing is open by default. Only in demo mode, which ends for good when the first
admin is made, does a plain request from this machine act as the local operator.
"""
