"""What a model costs that never looks at its inputs."""
