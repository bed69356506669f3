"""Stories that cross capabilities, and the only callers of the network."""
