"""A network as a Keras model: the text of ``model.py``, and the numbers of its state."""

from __future__ import annotations

from cnnstudio.exchange.code.framework import WEIGHTS, Written, state_of, written_in
from cnnstudio.exchange.code.lines import with_shapes
from cnnstudio.exchange.code.spelling import remark, wrapped
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.keras.helpers import HELPERS
from cnnstudio.exchange.keras.kinds import WRITERS, Made, Place
from cnnstudio.nn.arrays import Floats

#: what every ``keras.Model`` has already (Keras 3.15), and what the code itself calls so
_RESERVED = frozenset(
    """
    add_loss add_metric add_variable add_weight activity_regularizer autocast build build_from_config built call
    call_signature_parameters compile_from_config compiled compute_dtype compute_loss compute_mask compute_metrics
    compute_output_shape compute_output_spec count_params dtype dtype_policy evaluate export fit from_config
    get_build_config get_compile_config get_config get_layer get_metrics_result get_quantization_layer_structure
    get_state_tree get_weights input input_dtype input_spec inputs jit_compile layers load_own_variables load_weights
    loss losses make_predict_function make_test_function make_train_function metrics metrics_names metrics_variables
    name non_trainable_variables non_trainable_weights optimizer output outputs path predict predict_function
    predict_on_batch predict_step quantization_mode quantize quantized_build quantized_call rematerialized_call
    reset_metrics run_eagerly save save_own_variables save_weights set_state_tree set_weights stateless_call
    stateless_compute_loss steps_per_execution stop_training summary supports_jit supports_masking symbolic_call
    test_function test_on_batch test_step to_json torch_params train_function train_on_batch train_step trainable
    trainable_variables trainable_weights variable_dtype variables weights attrgetter keras ops state
    """.split()  # noqa: SIM905 - a table of names
)

_CLASS = '''
class {name}(keras.Model):
    """Pictures (N, {image}), float32 from 0 to 1, to {classes} logits each."""

    def __init__(self):
        super().__init__()
{layers}

    def call(self, x, training=False):
{lines}


def load(path=WEIGHTS):
    """The network with its weights."""
    model = {name}()
    model(ops.zeros((1, {image})))  # which makes its variables
    for name, array in load_file(path).items():
        attrgetter(name)(model).assign(array)
    return model
'''


def written(network: Exportable) -> Written[Made]:
    """How the network is written.

    Raises:
        GraphError: it is no classifier.
        ExportRefused: it holds a layer that cannot be written.
    """
    return written_in("Keras", network, WRITERS, Place, Made(), _RESERVED)


def model_code(network: Exportable) -> str:
    """``model.py``: one class over float32 (N, H, W, C) from 0 to 1 that gives logits, and ``load``. It depends on the
    design alone.

    Raises:
        GraphError, ExportRefused: as ``written``.
    """
    found, ends = written(network), network.ends
    (classes,), image = network.shape(ends.softmax), network.shape(ends.input)
    layers = [f"        self.{name} = {code}" for name, code in found.made.layers.items()]
    body = _CLASS.format(
        name=found.name, image=", ".join(map(str, image)), classes=classes,
        layers="\n".join(layers), lines="\n".join(with_shapes(found.lines, " " * 8)),
    )  # fmt: skip
    used = "\n".join([*found.made.layers.values(), *(line.expression for line in found.lines)])
    helpers = [text for name, text in HELPERS.items() if f"{name}(" in used]
    needs_layers = "layers." in "\n".join([*helpers, used])
    title = remark(network.design.title) or "A network"
    head = [
        f'"""{title}, drawn in CNN Studio. load() returns it with its weights."""',
        "",
        "from operator import attrgetter",
        "from pathlib import Path",
        "",
        "import keras",
        f"from keras import {'layers, ' if needs_layers else ''}ops",
        "from safetensors.numpy import load_file",
        "",
        'keras.config.set_image_data_format("channels_last")',
        wrapped("CLASSES = ", network.classes),
        f'WEIGHTS = Path(__file__).with_name("{WEIGHTS}")',
    ]
    return "\n\n\n".join(part.strip() for part in ("\n".join(head), *helpers, body)) + "\n"


def state(network: Exportable) -> dict[str, Floats]:
    """The model's state by its names there, each array in the order of axes that it has there."""
    return state_of(network, written(network))
