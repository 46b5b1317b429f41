"""The format of event files: bytes -> records -> events -> values -> Arrow tables; no lake."""
