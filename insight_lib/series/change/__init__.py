"""Change of a series judged against its noise: levels, trends, shifts, spikes, growth.

Every function takes float64 or integer values (n,) in the order of their steps. Values that are not
finite are left out, as if they had not been written; places are those in the array that was given.
Series of more than 200 points are replaced by 200 medians of equal blocks where a statistic grows
with the square of their number.

How often noise without any change is taken for a change at a significance of 5 %, of 300 series
each (per cent; `AR` is a first-order autoregression, `walk` a random walk, `slowing walk` one whose
k-th step is 1 / sqrt(k) as large, as that of weights under a decreasing learning rate):

| noise        | points | trend | lasting_shift | departure | growth |
|--------------|--------|-------|---------------|-----------|--------|
| white        | 10     | 1     | 2             | 0         | 1      |
| white        | 50     | 4     | 2             | 0         | 0      |
| white        | 1,000  | 4     | 2             | 1         | 1      |
| AR 0.5       | 10     | 9     | 12            | 2         | 4      |
| AR 0.5       | 50     | 4     | 5             | 2         | 5      |
| AR 0.9       | 20     | 16    | 22            | 14        | 15     |
| AR 0.9       | 50     | 14    | 21            | 17        | 14     |
| AR 0.9       | 200    | 5     | 5             | 8         | 10     |
| AR 0.9       | 1,000  | 3     | 2             | 1         | 2      |
| walk         | 50     | 19    | 29            | 20        | 20     |
| walk         | 1,000  | 21    | 19            | 16        | 18     |
| slowing walk | 50     | 25    | 36            | 25        | 21     |
| slowing walk | 1,000  | 24    | 37            | 19        | 21     |

A walk does leave its levels: a rule for which such a change is none asks for a size of the change
as well as for its significance.
"""
