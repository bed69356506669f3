"""Every question that this slice asks of the database, by what it is about."""
