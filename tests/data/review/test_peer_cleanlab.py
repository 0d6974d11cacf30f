"""cleanlab as the judge of suspected labels: the same set, in the same order."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.data.review.wrong_labels import margins, suspected

filter_of = pytest.importorskip("cleanlab.filter")
rank = pytest.importorskip("cleanlab.rank")
stats = pytest.importorskip("scipy.stats")

pytestmark = [pytest.mark.peer, pytest.mark.filterwarnings("ignore")]


@pytest.mark.parametrize("seed", range(24))
def test_set_and_order_are_those_of_cleanlab(seed: int) -> None:
    draw = np.random.default_rng(seed)
    classes, count = int(draw.integers(2, 12)), int(draw.integers(200, 4000))
    truth = draw.integers(0, classes, count) if seed % 3 else np.minimum(draw.geometric(0.35, count) - 1, classes - 1)
    labels = truth.copy()
    wrong = draw.random(count) < (0.0, 0.02, 0.05, 0.2)[seed % 4]
    labels[wrong] = draw.integers(0, classes, int(wrong.sum()))
    labels[:classes] = np.arange(classes)
    logits = draw.normal(size=(count, classes)) * (0.5, 1, 2)[seed % 3]
    logits[np.arange(count), truth] += (1, 3, 5)[seed // 3 % 3]
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    theirs = set(np.flatnonzero(filter_of.find_label_issues(labels, shares, filter_by="both", n_jobs=1)).tolist())
    ours = set(suspected(shares, labels).tolist())
    assert len(theirs & ours) >= 0.99 * len(theirs | ours)
    scores = rank.get_label_quality_scores(labels, shares, method="normalized_margin")
    assert stats.spearmanr(scores, margins(shares, labels)).statistic >= 0.99
