"""Published figures: read as written, bound to indicators, chosen among where sources differ."""
