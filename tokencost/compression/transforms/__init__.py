"""Transforms, one module per type of content."""
