"""Accounts: everybody's, for whoever keeps them, and one's own."""
