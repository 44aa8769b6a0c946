"""Kernels for submissions: forked from a warm parent, shut in, and held to limits."""
