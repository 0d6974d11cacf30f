"""PyTorch as the judge of what is exported to it. It needs an environment with PyTorch, as
``tests/nn/test_peer_torch.py`` does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from exportables import lively
from judged import CLOSE, Judged

from cnnstudio.design.templates import template
from cnnstudio.exchange.certificate import STEP_RATE, apart, own_logits, pictures
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.torch.module import module_of
from cnnstudio.exchange.torch.target import PYTORCH

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.peer

if not hasattr(torch, "nn"):
    pytest.skip("torch is there without its modules", allow_module_level=True)

torch.set_num_threads(1)


class TestPyTorch(Judged):
    target = PYTORCH

    def logits(self, model: Any, images: np.ndarray) -> np.ndarray:
        model.eval()
        with torch.no_grad():
            found: np.ndarray = model(torch.from_numpy(images.transpose(0, 3, 1, 2).copy())).numpy()
        return found

    def step(self, model: Any, images: np.ndarray, said: np.ndarray) -> None:
        model.train()
        answers = model(torch.from_numpy(images.transpose(0, 3, 1, 2).copy()))
        torch.nn.functional.cross_entropy(answers, torch.from_numpy(said)).backward()
        torch.optim.SGD(model.parameters(), STEP_RATE).step()

    def test_the_judge_is_torch(self) -> None:
        assert self.target.judge == "torch"

    def test_a_network_is_a_module_at_once(self) -> None:
        design = template("resnet_mini")
        network = Exportable(design, lively(design.graph))
        images = pictures(network.shape(network.ends.input), 8, 1)
        model, again = module_of(network), module_of(network)
        assert apart(own_logits(network, images), self.logits(model, images))[0] < CLOSE
        assert not model.training and model is not again and isinstance(model, torch.nn.Module)
