"""Known filters do what their names say, in any size."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.nn.explaining.presets import presets


@pytest.mark.parametrize("size", [(3, 3), (5, 5), (2, 4), (7, 3), (1, 1), (1, 5)])
def test_known_filters(size) -> None:
    found = presets(*size)
    across, down = found["sobel-across"], found["sobel-down"]
    for kernel in (across, down, found["edge"]):
        assert kernel.shape == size and abs(kernel.sum()) < 1e-12
        assert kernel[kernel > 0].sum() == pytest.approx(1) or not kernel.any()
    assert found["blur"].sum() == pytest.approx(1) and (found["blur"] >= 0).all()
    ramp = np.outer(np.ones(size[0]), np.arange(size[1]))
    assert (across * ramp).sum() > 0 or size[1] == 1
    assert (down * ramp).sum() == pytest.approx(0, abs=1e-12)
    assert np.count_nonzero(found["unchanged"]) == 1


def test_three_by_three_is_the_textbooks_sobel() -> None:
    sobel = presets(3, 3)["sobel-across"]
    np.testing.assert_allclose(sobel * 4, [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
