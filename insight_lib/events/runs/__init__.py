"""What a run is: its configuration, hyper-parameters, topology, writer and state."""
