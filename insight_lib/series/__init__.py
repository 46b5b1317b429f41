"""What each scalar series of a run is: its role, phase, unit, direction and cadence."""
