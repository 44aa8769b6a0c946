"""The file that a participant hands in, and its collection by the instructor."""
