"""Keras 3 on TensorFlow, as a compiled function over the whole step."""

from __future__ import annotations

import os
from collections.abc import Callable

os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="")

import keras
import tensorflow as tf
from keras import layers

from benchmarks.contenders.turns import Task, take_turns
from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.network.network import classifier


def build(graph: Graph) -> keras.Model:
    """A graph of ours as a functional model that gives logits."""
    found = classifier(graph)
    values = {}
    for node_id in graph.order:
        if node_id in graph.ancestors(found.logits):
            node = graph[node_id]
            sources = [values[i] for i in node.inputs]
            values[node_id] = _apply(node, sources) if sources else keras.Input(graph.shape(node_id))
    return keras.Model(values[found.input], values[found.logits])


def _apply(node: Node, sources: list[keras.KerasTensor]) -> keras.KerasTensor:
    layer, (source, *_) = node.layer, sources
    match layer.kind:
        # its own “same” has as many positions as ours, and needs no copy with a border
        case "conv2d":
            return layers.Conv2D(
                layer.filters, layer.kernel, layer.stride, layer.padding, dilation_rate=layer.dilation
            )(source)
        case "depthwise_conv2d":
            return layers.DepthwiseConv2D(layer.kernel, layer.stride, layer.padding, layer.multiplier)(source)
        case "max_pool2d":
            return layers.MaxPooling2D(layer.kernel, layer.stride, layer.padding)(source)
        case "relu":
            return layers.ReLU()(source)
        case "flatten":
            return layers.Flatten()(source)
        case "dense":
            return layers.Dense(layer.units)(source)
        case "dropout":
            return layers.Dropout(layer.rate)(source)
        case "batch_norm":
            return layers.BatchNormalization()(source)
        case "add":
            return layers.Add()(sources)
        case "concatenate":
            return layers.Concatenate()(sources)
        case "global_average_pool":
            return layers.GlobalAveragePooling2D()(source)
    raise ValueError(f"{layer.kind} has no counterpart in this comparison")


def main() -> None:
    """Train with SGD and momentum, or look at images."""
    task = Task()
    tf.config.threading.set_intra_op_parallelism_threads(task.asked.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    images, labels = tf.constant(task.floats), tf.constant(task.labels)

    def make() -> Callable[[], object]:
        network = build(task.graph)
        optimizer = keras.optimizers.SGD(0.001, 0.9)
        optimizer.build(network.trainable_variables)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

        @tf.function(reduce_retracing=True)
        def train() -> None:
            with tf.GradientTape() as tape:
                value = loss(labels, network(images, training=True))
            gradients = tape.gradient(value, network.trainable_variables)
            optimizer.apply(gradients, network.trainable_variables)

        @tf.function(reduce_retracing=True)
        def infer() -> tf.Tensor:
            return network(images, training=False)

        return train if task.training else lambda: infer().numpy()

    take_turns(make)


if __name__ == "__main__":
    main()
