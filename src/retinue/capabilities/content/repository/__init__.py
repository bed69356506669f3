"""Every question that is asked of the content's tables."""
