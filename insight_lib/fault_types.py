"""The parts of a training that a fault may be of, as findings name them and the zoo knows them."""

from enum import StrEnum


class FaultType(StrEnum):
    """The part of a training that has to change; ``other`` where a symptom tells of no part."""

    EPOCH = "epoch"
    LEARNING_RATE = "learning_rate"
    OPTIMIZER = "optimizer"
    LAYERS = "layers"
    LOSS = "loss"
    ACTIVATION = "activation"
    INITIALISATION = "initialisation"
    PREPROCESSING = "preprocessing"
    BATCH_SIZE = "batch_size"
    LABELS = "labels"
    REGULARISATION = "regularisation"
    VALIDATION = "validation"
    OTHER = "other"
