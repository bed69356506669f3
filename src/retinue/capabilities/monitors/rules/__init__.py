"""What is decided about monitors without looking anywhere: when, how often, what is strange, what it costs."""
