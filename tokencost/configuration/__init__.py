"""Settings from files: found, read and checked, a value with its line; knows no budget."""
