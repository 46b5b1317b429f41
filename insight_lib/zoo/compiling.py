"""Loss, optimizer and metric of a training."""

import keras

from insight_lib.zoo.settings import Settings

_MOMENTUM = 0.9
_LOSSES = {None: "mean_squared_error", 2: "binary_crossentropy"}
_SEVERAL_CLASSES = "sparse_categorical_crossentropy"
ONE_HOT = "categorical_crossentropy"
_OF_LOGITS = {
    "binary_crossentropy": keras.losses.BinaryCrossentropy,
    _SEVERAL_CLASSES: keras.losses.SparseCategoricalCrossentropy,
    ONE_HOT: keras.losses.CategoricalCrossentropy,
}


def compile_model(model: keras.Model, settings: Settings, classes: int | None, steps: int) -> None:
    """Compile with what the settings say, else with the loss and metric that fit the classes.

    Args:
        model: changed in place.
        settings: of the training.
        classes: None for a regression.
        steps: of the whole training, for a schedule.
    """
    loss = loss_name(settings, classes)
    model.compile(
        _optimizer(settings, steps),
        _OF_LOGITS[loss](from_logits=True) if settings.from_logits else loss,
        metrics=[settings.metric or ("mean_absolute_error" if classes is None else "accuracy")],
        jit_compile=False,
    )


def loss_name(settings: Settings, classes: int | None) -> str:
    """Return Keras's name of the loss."""
    return settings.loss or _LOSSES.get(classes, _SEVERAL_CLASSES)


def _optimizer(settings: Settings, steps: int) -> keras.optimizers.Optimizer:
    rate = settings.learning_rate
    if settings.schedule is not None:
        rate = settings.schedule(rate, steps)
    return {
        "adam": keras.optimizers.Adam,
        "adamw": keras.optimizers.AdamW,
        "rmsprop": keras.optimizers.RMSprop,
        "sgd": keras.optimizers.SGD,
        "momentum": _momentum,
    }[settings.optimizer](rate, clipnorm=settings.clipnorm)


def _momentum(rate: object, clipnorm: float | None) -> keras.optimizers.Optimizer:
    return keras.optimizers.SGD(rate, momentum=_MOMENTUM, clipnorm=clipnorm)
