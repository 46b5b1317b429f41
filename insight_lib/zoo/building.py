"""Pieces that the programs' models share."""

from collections.abc import Iterator

import keras

from insight_lib.zoo.settings import Settings


def hidden_layers(settings: Settings, x: keras.KerasTensor) -> keras.KerasTensor:
    """Stack ``hidden_1``, ``hidden_2``, ... on ``x``, each followed by its dropout."""
    for below, layer in enumerate(_layers(settings)):
        if below == settings.below_flatten and len(x.shape) > 2:
            x = keras.layers.Flatten(name="flatten_hidden")(x)
        x = layer(x)
    return x


def _layers(settings: Settings) -> Iterator[keras.layers.Layer]:
    for number, width in enumerate(settings.hidden, start=1):
        yield keras.layers.Dense(
            width,
            activation=settings.activation,
            kernel_regularizer=keras.regularizers.L2(settings.l2) if settings.l2 else None,
            name=f"hidden_{number}",
        )
        if settings.dropout:
            yield keras.layers.Dropout(settings.dropout, name=f"dropout_{number}")


def output_layer(classes: int | None, x: keras.KerasTensor) -> keras.KerasTensor:
    """End in a softmax over several classes, a sigmoid for two, a number for a regression."""
    units = 1 if classes is None or classes == 2 else classes
    activation = None if classes is None else "sigmoid" if classes == 2 else "softmax"
    return keras.layers.Dense(units, activation=activation, name="output")(x)


def altered(model: keras.Model, settings: Settings) -> keras.Model:
    """Build ``model`` again with the initialiser, ``settings.layers`` and ``settings.detached``.

    Raises:
        ValueError: a layer named there is not of the model.
    """
    if not settings.layers and settings.detached is None and settings.initialiser is None:
        return model
    for name in (*settings.layers, *([settings.detached] if settings.detached else ())):
        model.get_layer(name)

    def made(layer: keras.layers.Layer) -> keras.layers.Layer:
        config = layer.get_config()
        if settings.initialiser is not None and "kernel_initializer" in config:
            config["kernel_initializer"] = settings.initialiser
        return type(layer).from_config(config | settings.layers.get(layer.name, {}))

    def called(layer: keras.layers.Layer, *args: object, **kwargs: object) -> keras.KerasTensor:
        outputs = layer(*args, **kwargs)
        return keras.ops.stop_gradient(outputs) if layer.name == settings.detached else outputs

    return keras.models.clone_model(model, clone_function=made, call_function=called)
