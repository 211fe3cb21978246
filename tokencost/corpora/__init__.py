"""Many texts: tasks for workers, and their results in order; knows no estimate."""
