"""
Monitors: schedules that read the public numbers of a person or a post, and what they have read.

A monitor that is due is claimed by one scheduler at a time, runs once however long nobody looked,
and writes a row only for numbers that were really read: what is not known is null, never 0.
"""
