"""
`GET /metrics`: what Prometheus collects. It owns nothing; every number is read when it is asked for.

What is counted in the database is the same from every API process; requests are counted by each
for itself.
"""
