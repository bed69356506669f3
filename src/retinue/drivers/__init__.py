"""The outside world. Foreign errors end here, as one class of `drivers.errors`."""
