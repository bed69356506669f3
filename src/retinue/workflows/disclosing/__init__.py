"""
Secrets that a person may see: those of one account, or a file of many that only a passphrase opens.

The promise: who, why and what of it stands in the audit log before the first secret leaves, and no
answer with a secret is kept anywhere on its way.
"""
