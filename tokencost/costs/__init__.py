"""Usage times quote is cost; what a cache reads and writes; the workload."""
