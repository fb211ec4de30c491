"""Pages of data quality: what is missing, late or doubtful, and the rows behind every count."""
