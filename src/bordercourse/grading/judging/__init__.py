"""The side of the tests: a clean process that judges plain values, and how they come to it."""
