"""At which steps a run is looked at, and how far it may be seen there."""

from insight_lib.risk.landmarks.landmarks import SHARES, Landmark, landmarks, share_landmarks
from insight_lib.risk.landmarks.planned import planned_last_step
from insight_lib.risk.landmarks.until import until

__all__ = ["SHARES", "Landmark", "landmarks", "planned_last_step", "share_landmarks", "until"]
