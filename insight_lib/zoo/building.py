"""Pieces that the programs' models share."""

from collections.abc import Iterator

import keras

from insight_lib.zoo.settings import Settings


def hidden_layers(settings: Settings, x: keras.KerasTensor) -> keras.KerasTensor:
    """Stack ``hidden_1``, ``hidden_2``, ... on ``x``, each followed by its dropout."""
    for layer in _layers(settings):
        x = layer(x)
    return x


def _layers(settings: Settings) -> Iterator[keras.layers.Layer]:
    for number, width in enumerate(settings.hidden, start=1):
        name = f"hidden_{number}"
        bias = settings.last_bias if name == settings.last_hidden else 0.0
        yield keras.layers.Dense(
            width,
            activation=settings.activation,
            bias_initializer=keras.initializers.Constant(bias),
            kernel_regularizer=keras.regularizers.L2(settings.l2) if settings.l2 else None,
            name=name,
        )
        if settings.dropout:
            yield keras.layers.Dropout(settings.dropout, name=f"dropout_{number}")


def output_layer(classes: int | None, x: keras.KerasTensor) -> keras.KerasTensor:
    """End in a softmax over several classes, a sigmoid for two, a number for a regression."""
    units = 1 if classes is None or classes == 2 else classes
    activation = None if classes is None else "sigmoid" if classes == 2 else "softmax"
    return keras.layers.Dense(units, activation=activation, name="output")(x)


def compile_model(model: keras.Model, settings: Settings, classes: int | None) -> None:
    """Compile with the loss and metric that fit the classes."""
    makers = {"adam": keras.optimizers.Adam, "sgd": keras.optimizers.SGD}
    losses = {None: "mean_squared_error", 2: "binary_crossentropy"}
    model.compile(
        makers[settings.optimizer](settings.learning_rate),
        losses.get(classes, "sparse_categorical_crossentropy"),
        metrics=["mean_absolute_error" if classes is None else "accuracy"],
        jit_compile=False,
    )
