"""What the configuration says of alerts, and how a lake remembers it."""
