"""Pages of the city's records: all tables, one register, one record, its history and editing."""
