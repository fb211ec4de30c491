"""Workloads with measured times; where a peer exists it runs beside ours in the same run."""
