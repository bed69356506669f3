"""Every question that monitors ask of the database."""
