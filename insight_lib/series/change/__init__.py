"""Change of a series judged against its noise: levels, trends, shifts, spikes, growth.

Every function takes float64 values (n,) in the order of their steps. Values that are not finite are
left out, as if they had not been written; places are those in the array that was given.
"""
