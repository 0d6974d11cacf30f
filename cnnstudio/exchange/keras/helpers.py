"""What a Keras network needs that Keras has not, or has otherwise: texts that come along where they are used."""

from __future__ import annotations

BATCH_NORM = '''\
class BatchNorm(layers.Layer):
    """Every map, or unit, brought to mean 0 and spread 1. (Keras keeps the variance of a batch itself; here it is what
    the batch lets expect of all pictures: divided by one number less.)"""

    def __init__(self, momentum, epsilon):
        super().__init__()
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, shape):
        self.gamma = self.add_weight(shape=shape[-1:], initializer="ones", name="gamma")
        self.beta = self.add_weight(shape=shape[-1:], initializer="zeros", name="beta")
        self.mean = self.add_weight(shape=shape[-1:], initializer="zeros", trainable=False, name="mean")
        self.variance = self.add_weight(shape=shape[-1:], initializer="ones", trainable=False, name="variance")

    def call(self, x, training=False):
        mean, variance = self.mean, self.variance
        if training and self.trainable:
            axes = tuple(range(len(x.shape) - 1))
            mean, variance = ops.moments(x, axes)
            count = x.shape[0] if len(axes) == 1 else x.shape[0] * x.shape[1] * x.shape[2]
            expected = variance * (count / max(1, count - 1))
            self.mean.assign(self.mean + self.momentum * (ops.stop_gradient(mean) - self.mean))
            self.variance.assign(self.variance + self.momentum * (ops.stop_gradient(expected) - self.variance))
        return (x - mean) / ops.sqrt(variance + self.epsilon) * self.gamma + self.beta
'''

LOCALLY_CONNECTED = '''\
class LocallyConnected2D(layers.Layer):
    """A convolution that has weights of its own at every position."""

    def __init__(self, shape, strides, dilation_rate, use_bias):
        """``shape`` of the weights: (rows, columns, kernel height, kernel width, channels, filters)."""
        super().__init__()
        self.shape, self.strides, self.dilation_rate, self.use_bias = shape, strides, dilation_rate, use_bias

    def build(self, shape):
        self.kernel = self.add_weight(shape=self.shape, name="kernel")
        if self.use_bias:
            self.bias = self.add_weight(shape=(*self.shape[:2], self.shape[-1]), initializer="zeros", name="bias")

    def call(self, x):
        rows, columns, height, width, _, _ = self.shape
        (down, right), sums = self.strides, 0.0
        for row in range(height):
            for column in range(width):
                top, left = row * self.dilation_rate[0], column * self.dilation_rate[1]
                below, beside = top + (rows - 1) * down + 1, left + (columns - 1) * right + 1
                seen = x[:, top:below:down, left:beside:right]
                sums = sums + ops.einsum("nrcm,rcmf->nrcf", seen, self.kernel[:, :, row, column])
        return sums + self.bias if self.use_bias else sums
'''

TRANSPOSED = '''\
class SpreadConv2DTranspose(layers.Layer):
    """A transposed convolution with steps and dilation at once: zeros between the cells and around them, then a
    convolution with the kernel turned round."""

    def __init__(self, filters, kernel_size, strides, dilation_rate, use_bias):
        super().__init__()
        self.filters, self.kernel_size, self.use_bias = filters, kernel_size, use_bias
        self.strides, self.dilation_rate = strides, dilation_rate

    def build(self, shape):
        self.kernel = self.add_weight(shape=(*self.kernel_size, self.filters, shape[-1]), name="kernel")
        if self.use_bias:
            self.bias = self.add_weight(shape=(self.filters,), initializer="zeros", name="bias")

    def call(self, x):
        (_, height, width, channels), (down, right) = x.shape, self.strides
        x = ops.reshape(x, (-1, height, 1, width, 1, channels))
        x = ops.pad(x, ((0, 0), (0, 0), (0, down - 1), (0, 0), (0, right - 1), (0, 0)))
        x = ops.reshape(x, (-1, height * down, width * right, channels))
        x = x[:, : height * down - down + 1, : width * right - right + 1]
        around = [step * (size - 1) for step, size in zip(self.dilation_rate, self.kernel_size, strict=True)]
        x = ops.pad(x, ((0, 0), (around[0], around[0]), (around[1], around[1]), (0, 0)))
        kernel = ops.transpose(ops.flip(self.kernel, (0, 1)), (0, 1, 3, 2))
        x = ops.conv(x, kernel, 1, "valid", dilation_rate=self.dilation_rate)
        return x + self.bias if self.use_bias else x
'''

AVERAGE_POOL = '''\
def average_pool2d(x, kernel, strides, zeros, beyond):
    """The mean below each window. Zeros around the maps count; what lies beyond them does not."""
    counted = ops.pad(ops.pad(ops.ones_like(x[:1, :, :, :1]), zeros, constant_values=1.0), beyond)
    sums = ops.average_pool(ops.pad(ops.pad(x, zeros), beyond), kernel, strides)
    return sums / ops.average_pool(counted, kernel, strides)
'''

#: by the name with which a layer calls them
HELPERS = {
    "BatchNorm": BATCH_NORM,
    "LocallyConnected2D": LOCALLY_CONNECTED,
    "SpreadConv2DTranspose": TRANSPOSED,
    "average_pool2d": AVERAGE_POOL,
}
