"""The mailboxes of accounts, read for one-time codes and for nothing else."""
