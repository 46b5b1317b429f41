"""Statistics of traced tensors: moments, norms, quantiles and histograms."""
