"""How the installation itself is: each part with its state and the age of what is known about it."""
