"""What is kept of a grading: the gradebook, the marked notebook, and what both rest on."""
