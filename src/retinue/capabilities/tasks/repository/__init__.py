"""Every query of the queue, named for its question."""
