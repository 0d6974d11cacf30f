"""What layers compute, in C99: an exported network takes from here the functions that it calls.

Volumes lie row by row, the channels of one place side by side. ``NET_`` becomes the network's own prefix.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

SHAPE = """
typedef struct { int rows, columns, channels; } NET_shape;
"""

WINDOW = """
/* A window: downwards and to the right its size, its step, how far apart its cells lie, and how far it begins before
   the maps. */
typedef struct { int kernel[2], stride[2], dilation[2], before[2]; } NET_window;
"""

STANDARDISE = """
/* The picture with the mean of each channel taken off, divided by its deviation. */
static inline void NET_standardise(const float *x, int places, int channels, const float *mean, const float *deviation,
                                   float *y)
{
    for (int i = 0; i < places * channels; i++)
        y[i] = (x[i] - mean[i % channels]) / deviation[i % channels];
}
"""

CONV2D = """
/* Every group of filters sees its own group of maps: weights (filters, kernel height, kernel width, maps). */
static inline void NET_conv2d(const float *x, NET_shape in, NET_window at, int groups, const float *weights,
                              const float *bias, float *y, NET_shape out)
{
    const int maps = in.channels / groups, filters = out.channels / groups;
    for (int r = 0; r < out.rows; r++)
        for (int c = 0; c < out.columns; c++) {
            const float *w = weights;
            for (int f = 0; f < out.channels; f++) {
                float sum = bias ? bias[f] : 0.0f;
                for (int i = 0; i < at.kernel[0]; i++)
                    for (int j = 0; j < at.kernel[1]; j++, w += maps) {
                        const int row = r * at.stride[0] - at.before[0] + i * at.dilation[0];
                        const int column = c * at.stride[1] - at.before[1] + j * at.dilation[1];
                        if (row < 0 || row >= in.rows || column < 0 || column >= in.columns)
                            continue;
                        const float *cell = x + (row * in.columns + column) * in.channels + f / filters * maps;
                        for (int m = 0; m < maps; m++)
                            sum += cell[m] * w[m];
                    }
                *y++ = sum;
            }
        }
}
"""

CONV_TRANSPOSE2D = """
/* Every cell stamps its filters (filters, kernel height, kernel width, maps); each number of what comes out gathers
   what was stamped on it. */
static inline void NET_conv_transpose2d(const float *x, NET_shape in, NET_window at, const float *weights,
                                        const float *bias, float *y, NET_shape out)
{
    for (int r = 0; r < out.rows; r++)
        for (int c = 0; c < out.columns; c++) {
            const float *w = weights;
            for (int f = 0; f < out.channels; f++) {
                float sum = bias ? bias[f] : 0.0f;
                for (int i = 0; i < at.kernel[0]; i++)
                    for (int j = 0; j < at.kernel[1]; j++, w += in.channels) {
                        const int down = r + at.before[0] - i * at.dilation[0];
                        const int right = c + at.before[1] - j * at.dilation[1];
                        if (down < 0 || down % at.stride[0] || down / at.stride[0] >= in.rows)
                            continue;
                        if (right < 0 || right % at.stride[1] || right / at.stride[1] >= in.columns)
                            continue;
                        const float *cell =
                            x + (down / at.stride[0] * in.columns + right / at.stride[1]) * in.channels;
                        for (int m = 0; m < in.channels; m++)
                            sum += cell[m] * w[m];
                    }
                *y++ = sum;
            }
        }
}
"""

LOCALLY_CONNECTED2D = """
/* Every position has weights of its own: (rows, columns, filters, kernel height, kernel width, maps). */
static inline void NET_locally_connected2d(const float *x, NET_shape in, NET_window at, const float *weights,
                                           const float *bias, float *y, NET_shape out)
{
    for (int r = 0; r < out.rows; r++)
        for (int c = 0; c < out.columns; c++)
            for (int f = 0; f < out.channels; f++) {
                float sum = bias ? *bias++ : 0.0f;
                for (int i = 0; i < at.kernel[0]; i++)
                    for (int j = 0; j < at.kernel[1]; j++, weights += in.channels) {
                        const int row = r * at.stride[0] - at.before[0] + i * at.dilation[0];
                        const int column = c * at.stride[1] - at.before[1] + j * at.dilation[1];
                        if (row < 0 || row >= in.rows || column < 0 || column >= in.columns)
                            continue;
                        for (int m = 0; m < in.channels; m++)
                            sum += x[(row * in.columns + column) * in.channels + m] * weights[m];
                    }
                *y++ = sum;
            }
}
"""

UPSAMPLE2D = """
/* Every cell so many times, downwards and to the right. */
static inline void NET_upsample2d(const float *x, NET_shape in, int down, int right, float *y, NET_shape out)
{
    for (int r = 0; r < out.rows; r++)
        for (int c = 0; c < out.columns; c++)
            for (int f = 0; f < in.channels; f++)
                *y++ = x[(r / down * in.columns + c / right) * in.channels + f];
}
"""

MOVE2D = """
/* The maps laid into others so many rows further down and columns further to the right: zeros around them, or without
   their edges. */
static inline void NET_move2d(const float *x, NET_shape in, int down, int right, float *y, NET_shape out)
{
    for (int r = 0; r < out.rows; r++)
        for (int c = 0; c < out.columns; c++)
            for (int f = 0; f < in.channels; f++) {
                const int row = r - down, column = c - right;
                const int inside = row >= 0 && row < in.rows && column >= 0 && column < in.columns;
                *y++ = inside ? x[(row * in.columns + column) * in.channels + f] : 0.0f;
            }
}
"""

MAX_POOL2D = """
/* The largest number below each window; what lies outside the maps never is. */
static inline void NET_max_pool2d(const float *x, NET_shape in, NET_window at, float *y, NET_shape out)
{
    for (int r = 0; r < out.rows; r++)
        for (int c = 0; c < out.columns; c++)
            for (int f = 0; f < in.channels; f++) {
                float most = -INFINITY;
                for (int i = 0; i < at.kernel[0]; i++)
                    for (int j = 0; j < at.kernel[1]; j++) {
                        const int row = r * at.stride[0] - at.before[0] + i;
                        const int column = c * at.stride[1] - at.before[1] + j;
                        if (row >= 0 && row < in.rows && column >= 0 && column < in.columns)
                            most = fmaxf(most, x[(row * in.columns + column) * in.channels + f]);
                    }
                *y++ = most;
            }
}
"""

AVERAGE_POOL2D = """
/* The mean below each window. Zeros on the sides (top, bottom, left, right) count; what lies beyond them does not. */
static inline void NET_average_pool2d(const float *x, NET_shape in, NET_window at, const int zeros[4], float *y,
                                      NET_shape out)
{
    for (int r = 0; r < out.rows; r++)
        for (int c = 0; c < out.columns; c++)
            for (int f = 0; f < in.channels; f++) {
                float sum = 0.0f;
                int count = 0;
                for (int i = 0; i < at.kernel[0]; i++)
                    for (int j = 0; j < at.kernel[1]; j++) {
                        const int row = r * at.stride[0] - at.before[0] + i;
                        const int column = c * at.stride[1] - at.before[1] + j;
                        count += row >= -zeros[0] && row < in.rows + zeros[1] && column >= -zeros[2] &&
                                 column < in.columns + zeros[3];
                        if (row >= 0 && row < in.rows && column >= 0 && column < in.columns)
                            sum += x[(row * in.columns + column) * in.channels + f];
                    }
                *y++ = sum / (float)count;
            }
}
"""

GLOBAL_AVERAGE_POOL = """
/* The mean of every map. */
static inline void NET_global_average_pool(const float *x, NET_shape in, float *y)
{
    const int places = in.rows * in.columns;
    for (int f = 0; f < in.channels; f++) {
        float sum = 0.0f;
        for (int i = 0; i < places; i++)
            sum += x[i * in.channels + f];
        y[f] = sum / (float)places;
    }
}
"""

GLOBAL_MAX_POOL = """
/* The largest number of every map. */
static inline void NET_global_max_pool(const float *x, NET_shape in, float *y)
{
    for (int f = 0; f < in.channels; f++) {
        y[f] = x[f];
        for (int i = 1; i < in.rows * in.columns; i++)
            y[f] = fmaxf(y[f], x[i * in.channels + f]);
    }
}
"""

BATCH_NORM = """
/* Every map, or unit, by what it was like in training. */
static inline void NET_batch_norm(const float *x, int count, int channels, const float *scale, const float *shift,
                                  const float *mean, const float *variance, float epsilon, float *y)
{
    for (int i = 0; i < count; i++) {
        const int f = i % channels;
        y[i] = (x[i] - mean[f]) / sqrtf(variance[f] + epsilon) * scale[f] + shift[f];
    }
}
"""

PRELU = """
/* Negative numbers by the slope of their map, or unit. */
static inline void NET_prelu(const float *x, int count, int channels, const float *slope, float *y)
{
    for (int i = 0; i < count; i++)
        y[i] = x[i] > 0.0f ? x[i] : slope[i % channels] * x[i];
}
"""

LAYER_NORM = """
/* All numbers of a picture brought to mean 0 and spread 1. */
static inline void NET_layer_norm(const float *x, int count, const float *scale, const float *shift, float epsilon,
                                  float *y)
{
    double mean = 0.0, variance = 0.0;
    for (int i = 0; i < count; i++)
        mean += x[i] / (double)count;
    for (int i = 0; i < count; i++)
        variance += (x[i] - mean) * (x[i] - mean) / (double)count;
    const float spread = sqrtf((float)variance + epsilon);
    for (int i = 0; i < count; i++)
        y[i] = (x[i] - (float)mean) / spread * scale[i] + shift[i];
}
"""

GROUP_NORM = """
/* The numbers of some neighbouring maps of a picture together brought to mean 0 and spread 1. */
static inline void NET_group_norm(const float *x, int count, int channels, int groups, const float *scale,
                                  const float *shift, float epsilon, float *y)
{
    const int together = channels / groups, places = count / channels;
    for (int g = 0; g < groups; g++) {
        double mean = 0.0, variance = 0.0;
        for (int i = 0; i < places * together; i++)
            mean += x[i / together * channels + g * together + i % together];
        mean /= (double)(places * together);
        for (int i = 0; i < places * together; i++) {
            const double apart = x[i / together * channels + g * together + i % together] - mean;
            variance += apart * apart;
        }
        const float spread = sqrtf((float)(variance / (double)(places * together)) + epsilon);
        for (int i = 0; i < places * together; i++) {
            const int f = g * together + i % together, at = i / together * channels + f;
            y[at] = (x[at] - (float)mean) / spread * scale[f] + shift[f];
        }
    }
}
"""

DENSE = """
/* Weights are (units, inputs). */
static inline void NET_dense(const float *x, int inputs, const float *weights, const float *bias, float *y, int units)
{
    for (int u = 0; u < units; u++) {
        float sum = bias ? bias[u] : 0.0f;
        for (int i = 0; i < inputs; i++)
            sum += x[i] * *weights++;
        y[u] = sum;
    }
}
"""

CONCATENATE = """
/* The maps laid beside those that are there, from one on. */
static inline void NET_concatenate(const float *x, int places, int channels, float *y, int from, int all)
{
    for (int i = 0; i < places; i++)
        for (int f = 0; f < channels; f++)
            y[i * all + from + f] = x[i * channels + f];
}
"""

SOFTMAX = """
static inline void NET_softmax(const float *x, int count, float *y)
{
    float most = x[0], sum = 0.0f;
    for (int i = 1; i < count; i++)
        most = fmaxf(most, x[i]);
    for (int i = 0; i < count; i++)
        sum += y[i] = expf(x[i] - most);
    for (int i = 0; i < count; i++)
        y[i] /= sum;
}
"""


def _each(name: str, expression: str, setting: str = "") -> str:
    """A function that bends each number by itself."""
    given = f", float {setting}" if setting else ""
    return f"""
static inline void NET_{name}(const float *x, int count{given}, float *y)
{{
    for (int i = 0; i < count; i++)
        y[i] = {expression};
}}
"""


def _between(name: str, sign: str) -> str:
    """A function of two volumes, place by place."""
    return f"""
static inline void NET_{name}(const float *x, const float *other, int count, float *y)
{{
    for (int i = 0; i < count; i++)
        y[i] = x[i] {sign} other[i];
}}
"""


#: by name, so that whatever one of them needs stands before it
FUNCTIONS = {
    "shape": SHAPE,
    "window": WINDOW,
    "standardise": STANDARDISE,
    "conv2d": CONV2D,
    "conv_transpose2d": CONV_TRANSPOSE2D,
    "locally_connected2d": LOCALLY_CONNECTED2D,
    "upsample2d": UPSAMPLE2D,
    "move2d": MOVE2D,
    "max_pool2d": MAX_POOL2D,
    "average_pool2d": AVERAGE_POOL2D,
    "global_average_pool": GLOBAL_AVERAGE_POOL,
    "global_max_pool": GLOBAL_MAX_POOL,
    "batch_norm": BATCH_NORM,
    "group_norm": GROUP_NORM,
    "layer_norm": LAYER_NORM,
    "prelu": PRELU,
    "dense": DENSE,
    "relu": _each("relu", "fmaxf(x[i], 0.0f)"),
    "relu6": _each("relu6", "fminf(fmaxf(x[i], 0.0f), 6.0f)"),
    "hard_sigmoid": _each("hard_sigmoid", "fminf(fmaxf(x[i] / 6.0f + 0.5f, 0.0f), 1.0f)"),
    "hard_swish": _each("hard_swish", "x[i] * fminf(fmaxf(x[i] + 3.0f, 0.0f), 6.0f) / 6.0f"),
    "leaky_relu": _each("leaky_relu", "x[i] > 0.0f ? x[i] : slope * x[i]", "slope"),
    "elu": _each("elu", "x[i] > 0.0f ? x[i] : alpha * expm1f(x[i])", "alpha"),
    "sigmoid": _each("sigmoid", "1.0f / (1.0f + expf(-x[i]))"),
    "tanh": _each("tanh", "tanhf(x[i])"),
    "gelu": _each("gelu", "0.5f * x[i] * (1.0f + erff(0.70710678f * x[i]))"),
    "silu": _each("silu", "x[i] / (1.0f + expf(-x[i]))"),
    "add": _between("add", "+"),
    "multiply": _between("multiply", "*"),
    "concatenate": CONCATENATE,
    "softmax": SOFTMAX,
}


def functions(wanted: Iterable[str], prefix: str) -> list[str]:
    """The functions that are wanted and the types that these need, in an order in which C takes them."""
    needed = set(wanted)
    for name in tuple(needed):
        needed.update(re.findall(r"NET_(shape|window)\b", FUNCTIONS[name]))
    return [text.strip().replace("NET_", prefix) for name, text in FUNCTIONS.items() if name in needed]
