"""
Alerts on their way out: what waits is sent to its channels, outside of any transaction.

A message may arrive twice after a crash and is never lost by one. While live networks are switched off
nothing leaves this machine, whatever a channel's URL says.
"""
