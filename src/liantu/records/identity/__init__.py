"""Who a record is about: credit codes, firm names, and which rows mean the same firm."""
