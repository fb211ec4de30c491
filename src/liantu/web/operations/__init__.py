"""What an operator watches: health, readiness, metrics, and a log without secrets."""
