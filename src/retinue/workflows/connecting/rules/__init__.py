"""What each network lets software do, and which addresses are this machine."""
