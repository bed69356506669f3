"""
The ways out looked after: each is tried on a schedule, one that is down by one check at a time, and
told of by one alert. Accounts of one that is down are moved to others of its pool, as the pool's
policy or a person says.

The promise: who has a proxy goes out by that one or waits; never directly. An account changes its
proxy only while nothing works with it, and an alert that was raised here is resolved here.
"""
