"""What git knows: refs, merge bases, blobs and renames; the only place that starts git."""
