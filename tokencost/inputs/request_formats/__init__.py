"""Request formats: one module per provider's form of a request."""
