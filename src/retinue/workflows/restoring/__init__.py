"""
After a database was put back: hold everything, take up what it has forgotten, let go.

A database that is older than what has happened would do it again. So from the restore
on the fleet stands still, until the intent journals have told what came after the
backup and a person has said that work may go on.
"""
