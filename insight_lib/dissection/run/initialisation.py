"""How wide the kernels were drawn at the start, compared with what He, Glorot and LeCun call for.

Let a kernel map ``fan_in`` numbers to each of its outputs and each input to ``fan_out`` of them. So
that outputs and gradients keep their size from layer to layer, its elements should have a standard
deviation of sqrt(1 / fan_in) [1], sqrt(2 / fan_in) under ReLU [2], or sqrt(2 / (fan_in + fan_out))
as a mean of both directions [3]. Whatever lies between the least and the greatest of the three is
as wide as it should be.

[1] LeCun, Bottou, Orr, Mueller, Efficient BackProp (1998). [2] He, Zhang, Ren, Sun, Delving deep
into rectifiers (2015). [3] Glorot, Bengio, Understanding the difficulty of training deep
feedforward neural networks (2010).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod, sqrt

from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView

_KERNELS = frozenset({"kernel", "recurrent_kernel"})
# A depthwise kernel's shape says something else; an embedding maps no numbers.
_TYPES = frozenset(
    {"Dense", "Conv1D", "Conv2D", "Conv3D", "SimpleRNN", "LSTM", "GRU", "TimeDistributed"}
)


@dataclass(frozen=True)
class InitialKernel:
    """A kernel before the first update.

    Attributes:
        tensor: its weights over time; the first traced step is 0.
        fan_in: how many numbers make one of its outputs.
        fan_out: how many outputs each number goes to.
    """

    tensor: TensorSeries
    fan_in: int
    fan_out: int

    @property
    def units(self) -> int:
        """The size of the last axis, which are the layer's units (of an LSTM, times its gates)."""
        return (self.tensor.shape or (1,))[-1] or 1

    @property
    def spread(self) -> float:
        """The standard deviation of its elements."""
        return float(self.tensor["std"][0])

    @property
    def width(self) -> float:
        """The standard deviation that gives outputs as large.

        Of a kernel whose numbers are all on one side of zero, as drawn from 0 to 1, the mean adds
        up over the inputs, where chance makes most of the others cancel.
        """
        least, most = float(self.tensor["min"][0]), float(self.tensor["max"][0])
        if not (least >= 0 or most <= 0) or not self.spread > 0:
            return self.spread
        return sqrt(self.spread**2 + self.fan_in * float(self.tensor["mean"][0]) ** 2)

    @property
    def spread_at_end(self) -> float:
        """Their standard deviation at the last traced step."""
        return float(self.tensor["std"][-1])

    @property
    def least(self) -> float:
        """The least standard deviation that is called for."""
        return min(sqrt(1 / self.fan_in), sqrt(2 / (self.fan_in + self.fan_out)))

    @property
    def greatest(self) -> float:
        """The greatest standard deviation that is called for."""
        return sqrt(2 / self.fan_in)

    @property
    def evidence(self) -> dict[str, object]:
        """The numbers behind it."""
        return {
            "tensor": self.tensor.tensor,
            "shape": list(self.tensor.shape or ()),
            "standard_deviation": self.spread,
            "he": self.greatest,
            "glorot": sqrt(2 / (self.fan_in + self.fan_out)),
            "lecun": sqrt(1 / self.fan_in),
        }


def initial_kernels(view: RunView) -> Iterator[InitialKernel]:
    """Yield the kernels whose weights before the first update, and whose shape, are known."""
    for tensor in view.of_kind("weight"):
        if tensor.tensor not in _KERNELS or tensor.layer_type not in _TYPES:
            continue
        sizes = [size for size in tensor.shape or () if size]
        if len(sizes) < 2 or len(sizes) != len(tensor.shape or ()) or tensor.steps[0] != 0:
            continue
        taps = prod(sizes[:-2])
        yield InitialKernel(tensor, taps * sizes[-2], taps * sizes[-1])


def others(kernels: Sequence[InitialKernel]) -> str:
    """Return the end of a sentence on one of several kernels that says how many more there are."""
    more = len(kernels) - 1
    return "" if more == 0 else f"; {more} more kernel{'s do' if more > 1 else ' does'} so too"


def looks_drawn(weight: TensorSeries) -> bool:
    """Return whether a tensor looks as if it had just been drawn at random around zero.

    Its mean is within the error of a mean, and the middle half of its elements is as wide, relative
    to the middle 98 %, as of a normal distribution (0.29), one truncated at two deviations (0.34)
    or a uniform one (0.51). What was trained has its own mean and longer tails.
    """
    spread, count = float(weight["std"][0]), float(weight["count"][0])
    if not spread > 0 or abs(float(weight["mean"][0])) > _MEAN_ERRORS * spread / sqrt(count):
        return False
    middle = float(weight["q75"][0] - weight["q25"][0])
    return middle > _SHORT_TAILS * float(weight["q99"][0] - weight["q01"][0])


def has_learnt_bias(view: RunView, layer: str) -> bool:
    """Return whether a layer begins with biases that differ: those of a new layer are alike.

    Of an LSTM they never are; a new one's forget gates begin open.
    """
    return any(
        tensor.layer == layer and tensor.tensor == "bias" and float(tensor["std"][0]) > 0
        for tensor in view.of_kind("weight")
        if tensor.layer_type not in _UNEQUAL_FROM_NEW
    )


_UNEQUAL_FROM_NEW = frozenset({"LSTM", "LSTMCell"})
_MEAN_ERRORS = 4.0
_SHORT_TAILS = 0.25
