"""Estimates: prompts and models to tokens and cost."""
