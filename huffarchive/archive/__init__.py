"""One run's writers under one commit."""
