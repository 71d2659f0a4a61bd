"""When a request may be sent: robots.txt, delays, pauses and the limits of services."""
