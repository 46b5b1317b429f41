"""Alerts: rules of the configuration on what a night found, told by e-mail and webhook, once."""
