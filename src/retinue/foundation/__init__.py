"""Our plumbing: what every capability stands on and none of them owns."""
