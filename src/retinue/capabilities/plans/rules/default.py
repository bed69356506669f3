"""The plan of an account that nobody has written one for."""

DEFAULT_TEXT = """\
# What this account does in a session. Every key is explained in docs/reference/plan.md.

# Where people are found: jobs run in the order in which they stand here.
# blogger-followers: [some_handle, another_handle]

# What is done to them.
interactions-count: 30-50       # people per source
likes-percentage: 100
follow-percentage: 0

# When to stop.
total-likes-limit: 300          # per session
total-follows-limit: 50         # per session

# When to work: the account's own time zone, unless `timezone` names another.
working-hours: [00.00-23.59]
"""
