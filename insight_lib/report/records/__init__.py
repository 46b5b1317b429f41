"""What the report says, before it is HTML: frozen records."""
