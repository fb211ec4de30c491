"""The audit log as a page, for auditors and administrators."""
