"""Measures (度量): declared once in YAML, computed from the records by any grouping and period."""
