"""The shape of one curve, in measures that know neither its scale nor how often it was written.

Time is the share of what was seen, or its octaves: the last half of the steps, the half before, ...
A curve that was written at each step and one that was written ever more rarely, as tracers do, have
the same octaves, and learning curves are about as straight there (power laws; Hestness et al.,
*Deep learning scaling is predictable, empirically*, 2017). Values are compared with each other,
with the range of the curve or with its noise: never as they are.

All is NaN where there are too few finite points.
"""
