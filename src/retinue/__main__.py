"""`python -m retinue` is the command `retinue`."""

from retinue.entrypoints.cli import main

main()
