"""Makes the Keras models that the tests read, and what Keras answers to pictures, in an environment with Keras:

python tests/exchange/keras_models.py tests/exchange/files
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np
from keras import layers

chance = np.random.default_rng(0)


def lively(model: keras.Model) -> keras.Model:
    """None of its numbers is one that layers begin with."""
    for variable in model.variables:
        if variable.dtype == "float32":
            drawn = chance.normal(0.05, 0.3, variable.shape).astype(np.float32)
            variable.assign(np.abs(drawn) + 0.05 if "variance" in variable.path else drawn)
    return model


def chain(*several: layers.Layer) -> keras.Model:
    return lively(keras.Sequential([layers.Input((9, 10, 3)), *several]))


def branches() -> keras.Model:
    picture = layers.Input((12, 10, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1.0)(picture)
    first = layers.Conv2D(4, (3, 2), strides=2, padding="same", activation="relu")(x)
    normal = layers.BatchNormalization()(first)
    each = layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2)(normal)
    apart = layers.SeparableConv2D(8, 3, padding="same", activation="tanh")(normal)
    x = layers.Concatenate()([layers.Add()([each, apart]), first])
    x = layers.LeakyReLU(negative_slope=0.1)(x)
    x = layers.Multiply()([x, layers.Activation("sigmoid")(x)])
    x = layers.Cropping2D(((0, 1), (1, 0)))(layers.ZeroPadding2D(((1, 0), (0, 2)))(x))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(layers.UpSampling2D((2, 1))(x))
    x = layers.SpatialDropout2D(0.3)(layers.AveragePooling2D(2, strides=1, padding="same")(x))
    x = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(x))
    return lively(keras.Model(picture, layers.Dense(4, activation="softmax")(x)))


def used_twice() -> keras.Model:
    dense, picture = layers.Dense(3), layers.Input((4, 4, 1))
    x = layers.Flatten()(picture)
    return keras.Model(picture, layers.Add()([dense(x), dense(layers.ReLU()(x))]))


def nested() -> keras.Model:
    """A model of wires in a chain, which holds another chain: as people keep a trained network and give it a head."""
    inner = keras.Sequential([layers.Input((9, 10, 4)), layers.Conv2D(4, 3, padding="same"), layers.ReLU()])
    picture = layers.Input((9, 10, 3))
    x = layers.GroupNormalization(2)(layers.Conv2D(4, 3, padding="same", activation="relu")(picture))
    base = keras.Model(picture, layers.Add()([x, inner(x)]), name="base")
    return chain(base, layers.Conv2D(3, 2), layers.GlobalAveragePooling2D(), layers.Dense(3))


def main() -> None:
    out = Path(sys.argv[1])
    read = {
        "branches": branches(),
        "transposed": chain(
            layers.Conv2DTranspose(3, 3, strides=2, padding="same"), layers.Conv2DTranspose(2, (4, 3), strides=(2, 1)),
            layers.LayerNormalization(axis=(1, 2, 3)), layers.ELU(0.7), layers.GlobalAveragePooling2D(),
            layers.Dense(3),
        ),
        "grouped": chain(
            layers.Conv2D(6, 3, groups=3, dilation_rate=2, use_bias=False), layers.ReLU(6.0),
            layers.GlobalMaxPooling2D(), layers.Dense(5, activation="gelu"), layers.BatchNormalization(scale=False),
            layers.Dense(3), layers.Softmax(),
        ),
        "scaled": chain(
            layers.Normalization(mean=(0.1, 0.2, 0.3), variance=(0.04, 0.09, 0.25)),
            layers.Conv2D(2, 1, activation="silu"), layers.Flatten(), layers.Dense(3),
        ),
        "nested": nested(),
    }  # fmt: skip
    refused = {
        "refused_lambda": chain(layers.Lambda(lambda x: x), layers.Flatten(), layers.Dense(2)),
        "refused_selu": chain(layers.Conv2D(2, 3, activation="selu"), layers.Flatten(), layers.Dense(2)),
        "refused_twice": used_twice(),
        "refused_reshape": chain(layers.Reshape((90, 3)), layers.LSTM(3), layers.Dense(2)),
        "refused_maps": chain(layers.Conv2D(2, 3)),
    }
    for name, model in (read | refused).items():
        model.save(out / f"{name}.keras")
    for name, model in read.items():
        images = chance.random((2, *model.input_shape[1:]), np.float32)
        answers = model(images * (255 if name == "branches" else 1), training=False)
        np.savez(out / f"{name}.npz", images=images, answers=keras.ops.convert_to_numpy(answers))


if __name__ == "__main__":
    main()
