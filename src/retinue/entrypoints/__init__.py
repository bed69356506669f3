"""What can be started."""
