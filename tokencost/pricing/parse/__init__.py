"""TOML to the price table, every mistake with its line."""
