"""X over its API v2, in the name of an app of the operator's, with tokens that the accounts' owners have granted."""
