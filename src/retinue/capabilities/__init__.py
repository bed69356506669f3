"""The product: one folder per thing it does. The ladder of imports is in ARCHITECTURE.md."""
