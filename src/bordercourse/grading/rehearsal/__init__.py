"""An instructor's dry run: simulated participants go through nbgrader's whole loop."""
