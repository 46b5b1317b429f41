"""Messages of many alerts, and the ways on which they go out."""
