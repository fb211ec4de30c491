"""The lake: series of records as append-only Parquet files, made visible by the ledger."""
