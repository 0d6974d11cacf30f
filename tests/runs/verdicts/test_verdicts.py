"""What is said of a run is true of it: small runs that really go so, and laws of the rules."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from small_training import small_data, small_project

from cnnstudio.data.dataset import DataSet, Examples
from cnnstudio.data.preparation.split import divided
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.rules.losses import CrossEntropy, MeanSquaredError
from cnnstudio.nn.telling.told import Told, told
from cnnstudio.nn.training.events import Commanded, EpochDone, Finished, Set, StepDone
from cnnstudio.runs.fallback import record_of
from cnnstudio.runs.recorder import Recorder, new_run, train_by, training_of
from cnnstudio.runs.verdicts.chance import Chance
from cnnstudio.runs.verdicts.course import Course
from cnnstudio.runs.verdicts.rules import BAD, GOOD, verdict
from cnnstudio.runs.verdicts.silent import silent_share
from cnnstudio.runs.verdicts.wording import VERDICTS, verdict_text, verdict_words

DATA = small_data(300)


def judged(data: DataSet = DATA, *, looked: bool = False, **recipe: object) -> Told:
    """Train for real, to the end, and judge; ``looked`` at the ReLUs, too."""
    project = small_project(**recipe)
    design = project.design
    learning, validation = divided(data, design.recipe.data.split)
    run = new_run(design, default_plan(design.graph), data.fingerprint)
    recorder = Recorder(run, project.weights)
    heard = Course(design.recipe)
    engine = train_by(design.recipe, training_of(run, project.weights.parameters), learning, validation)
    for event in engine:
        recorder.hear(event)
        heard.hear([event])
        if isinstance(event, Finished):
            break
    run, weights = record_of(engine, recorder)
    chance = Chance.of(validation.labels, len(data.classes), design.recipe.loss)
    silent = silent_share(design.graph, weights, learning.pixels) if looked else None
    found = verdict(Course.of(run), chance, silent)
    assert found is not None and found == verdict(heard, chance, silent), "on its way and afterwards it is the same"
    return found


def with_labels(data: DataSet, labels: np.ndarray) -> DataSet:
    return replace(data, train=data.train.relabelled(labels))


def shuffled(data: DataSet) -> DataSet:
    return with_labels(data, np.random.default_rng(1).permutation(data.train.labels))


def noise(count: int) -> DataSet:
    """Images that have nothing to do with their labels: they can only be learned by heart."""
    generator = np.random.default_rng(2)
    pixels = generator.integers(0, 256, (count, 8, 8, 1)).astype(np.uint8)
    return replace(DATA, train=Examples(pixels, generator.integers(3, size=count)))


def blurred(count: int, wrong: float) -> DataSet:
    """Few images, some under a wrong label: what is common to them is learned first, then each by heart."""
    generator = np.random.default_rng(3)
    data = small_data(count)
    labels = np.where(generator.random(count) < wrong, generator.integers(3, size=count), data.train.labels)
    return with_labels(data, labels)


def test_a_good_run_has_learned() -> None:
    assert judged(epochs=8).code == "learned"


def test_a_run_that_is_too_short_still_improves() -> None:
    assert judged(epochs=1).code == "better"
    assert judged(epochs=4, learning_rate=0.0015).code == "improving"


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_at_rate_100_the_loss_grows_and_whoever_looks_sees_that_the_network_is_dead(optimizer: str) -> None:
    bad = {"epochs": 3, "learning_rate": 100.0, "optimizer": optimizer}
    found = judged(**bad)
    assert found.code == "diverging" and dict(found.values)["loss"] > 20
    dead = judged(looked=True, **bad)
    assert dead.code == "dead"
    for said in (found, dead):
        advised = dict(said.values)["rate"]
        assert judged(epochs=8, optimizer=optimizer, learning_rate=advised).code in GOOD, "the advice helps"


def test_at_rate_0_nothing_is_learned_and_the_advised_rate_helps() -> None:
    found = judged(epochs=3, learning_rate=0.0)
    assert found.code == "no-rate"
    assert judged(epochs=8, learning_rate=dict(found.values)["rate"]).code in GOOD


def test_a_loss_that_does_not_move_is_seen_without_the_activations() -> None:
    found = judged(epochs=3, learning_rate=1e-12)
    assert found.code == "still"
    assert judged(epochs=8, learning_rate=dict(found.values)["rate"]).code in GOOD, "the advice helps"


def test_shuffled_labels_are_guessed() -> None:
    found = judged(shuffled(DATA), epochs=3)
    assert found.code == "guessing"
    values = dict(found.values)
    assert values["accuracy"] < values["share"] + 0.2


def test_what_has_no_rule_can_only_be_learned_by_heart() -> None:
    found = judged(noise(60), epochs=150, **{"data.split.share": 50})
    assert found.code == "by-heart"
    values = dict(found.values)
    assert values["train"] > values["validation"] + 0.2


def test_few_images_and_many_epochs_overfit() -> None:
    found = judged(blurred(120, 0.3), epochs=120, **{"data.split.share": 50})
    assert found.code == "overfitting"
    values = dict(found.values)
    assert values["loss"] > values["best"] and values["epoch"] < 100


def test_validation_images_of_one_class_say_nothing() -> None:
    assert judged(with_labels(DATA, np.zeros(300, np.int64)), epochs=2).code == "unjudged"


# the rules over figures


def course(*epochs: tuple[float, float, float, float], start: float = 2.3, rate: float = 0.001) -> Course:
    """A run whose epochs had these training and validation losses and accuracies."""
    found = Course(Recipe().choose(learning_rate=rate))
    found.hear([StepDone(1, 1, start, 0.1)])
    for number, (train, validation, train_accuracy, accuracy) in enumerate(epochs, start=1):
        found.hear(StepDone(1 + 60 * (number - 1) + i, number, train, train_accuracy) for i in range(1, 61))
        done = EpochDone(number, 60 * number, train, train_accuracy, validation, accuracy, 1.0, 1.0, rate)
        found.hear([done])
    return found


TEN = Chance.even(10)


def code(found: Course, chance: Chance = TEN) -> str:
    told = verdict(found, chance)
    assert told is not None
    return told.code


def test_12_per_cent_of_ten_classes_is_no_better_than_guessing() -> None:
    assert code(course((2.3, 2.29, 0.12, 0.125), (2.29, 2.28, 0.12, 0.125))) == "guessing"


def test_the_largest_class_is_what_counts() -> None:
    lopsided = Chance.of(np.repeat([0, 1], [95, 5]), 2)
    assert lopsided.share == 0.95 and lopsided.loss == pytest.approx(-0.95 * math.log(0.95) - 0.05 * math.log(0.05))
    flat = ((0.2, 0.2, 0.95, 0.95),) * 4
    assert code(course(*flat, start=0.7), lopsided) in BAD
    assert code(course(*flat, start=0.7), Chance.even(2)) == "learned"


def test_a_network_that_is_seldom_right_more_often_but_surer_does_not_guess() -> None:
    lopsided = Chance.of(np.repeat([0, 1], [95, 5]), 2)
    assert code(course((0.2, 0.09, 0.95, 0.95), (0.1, 0.05, 0.95, 0.95), start=0.7), lopsided) not in BAD


def test_worse_than_at_the_start_is_no_learning_however_good_the_start_was() -> None:
    assert code(course((1.2, 1.2, 0.7, 0.7), (1.2, 1.2, 0.7, 0.7), start=0.05)) in ("worse", "diverging")


def test_a_run_that_was_better_before_is_told_when() -> None:
    epochs = ((0.5, 0.4, 0.9, 0.9), (0.2, 0.15, 0.95, 0.97), (0.6, 0.5, 0.85, 0.86))
    told = verdict(course(*epochs), TEN)
    assert told is not None and told.code == "past-best" and dict(told.values)["epoch"] == 2


def test_a_network_on_a_low_plateau_has_stopped_improving() -> None:
    assert code(course(*((1.9, 1.9, 0.3, 0.3),) * 5)) == "stuck"


def test_before_the_first_epoch_has_ended_only_the_training_loss_speaks() -> None:
    found = course()
    assert code(found) == "begun"
    found.hear(StepDone(n, 1, 2.3 - n / 100, 0.1) for n in range(2, 101))
    assert code(found) == "falling"
    lost = course()
    lost.hear(StepDone(n, 1, 60.0, 0.1) for n in range(2, 101))
    assert code(lost) == "diverging"


def test_a_rate_that_is_set_on_the_way_counts() -> None:
    found = course((2.3, 2.3, 0.1, 0.1), (2.3, 2.2999, 0.1, 0.1))
    found.hear([Commanded(120, Set("optimizer.learning_rate", 0.0))])
    assert code(found) == "no-rate"


def test_what_killed_a_network_is_the_highest_rate_and_its_best_weights_are_named() -> None:
    """However low the rate was set afterwards."""
    found = course((1.0, 0.5, 0.8, 0.9), (0.5, 0.3, 0.9, 0.95))
    found.hear([Commanded(120, Set("optimizer.learning_rate", 5.0))])
    found.hear(StepDone(120 + n, 3, 2.31, 0.1) for n in range(1, 61))
    found.hear([EpochDone(3, 180, 2.31, 0.1, 2.31, 0.1, 1.0, 1.0, 5.0)])
    found.hear([Commanded(180, Set("optimizer.learning_rate", 0.001))])
    dead = verdict(found, TEN, silent=1.0)
    assert dead is not None and (dead.code, dict(dead.values)) == ("dead", {"rate": 0.001, "kept": 2})
    assert "learning rate of 0.001. The weights of epoch 2 were the best" in verdict_text(dead)
    never = verdict(course((2.3, 2.31, 0.1, 0.1)), TEN, silent=1.0)
    assert never is not None and dict(never.values)["kept"] == 0 and "best" not in verdict_text(never)


def test_nothing_is_said_of_a_run_that_has_done_nothing() -> None:
    assert verdict(Course(Recipe()), TEN) is None


@pytest.mark.slow
def test_of_random_figures() -> None:
    """Whatever a run did: there is one verdict; it has words without a hole; a good one beats guessing; and an epoch
    whose validation is as good as a guess is never good."""
    generator = np.random.default_rng(7)
    seen = set()
    for _ in range(3000):
        classes = int(generator.integers(2, 12))
        chance = Chance.of(generator.integers(classes, size=int(generator.integers(1, 400))), classes)
        count = int(generator.integers(1, 9))
        losses = np.exp(generator.normal(generator.choice([-3, -1, 0.5]), 0.5, (count, 2)))
        accuracies = generator.choice([chance.share, generator.random()], (count, 2))
        start = float(np.exp(generator.normal(0.5, 0.6)))
        found = course(*np.concatenate([losses, accuracies], 1).tolist(), start=start)
        told = verdict(found, chance)
        assert told is not None
        seen.add(told.code)
        last = found.epochs[-1]
        guessed = last.validation_accuracy <= chance.share and last.validation_loss >= chance.loss
        assert not (guessed and told.code in GOOD | {"stuck", "overfitting", "past-best"})
        if told.code in GOOD:
            assert last.validation_accuracy > chance.share or last.validation_loss < chance.loss
        assert "{" not in verdict_text(told) and verdict_text(told).endswith(".")
    assert len(seen) > 8


def test_no_figures_are_a_good_end() -> None:
    lost = course((math.nan, math.nan, 0.1, 0.1), (math.inf, math.inf, 0.1, 0.1))
    assert code(lost) in BAD


@pytest.mark.parametrize("loss", [CrossEntropy(), CrossEntropy(label_smoothing=0.1), MeanSquaredError()])
def test_no_constant_answer_is_better_than_chance(loss) -> None:
    generator = np.random.default_rng(0)
    labels = generator.choice(4, size=500, p=[0.4, 0.3, 0.2, 0.1])
    chance = Chance.of(labels, 4, loss)
    for _ in range(200):
        logits = np.repeat(generator.normal(0, 1, (4, 1)), len(labels), 1)
        mean = loss.measure(logits, labels, np.empty_like(logits)).total / len(labels)
        assert mean > 0.985 * chance.loss
    assert Chance.even(4, loss).loss >= chance.loss - 1e-9


def test_the_cross_entropy_of_even_guesses_is_the_logarithm_of_the_classes() -> None:
    assert Chance.even(10).loss == pytest.approx(math.log(10)) and Chance.even(10).share == 0.1


def test_what_guessing_gets_says_of_how_many_images_or_that_it_is_of_even_classes() -> None:
    learned = course((0.1, 0.1, 0.99, 0.99), (0.1, 0.1, 0.99, 0.99))
    known = verdict(learned, Chance.of(np.array([0, 0, 1, 2]), 3))
    assert "always naming the most frequent class gets 50.0\u202f% of the 4 validation images" in verdict_text(known)
    assert "guessing gets 33.3\u202f% where all classes are equally frequent" in verdict_text(
        verdict(learned, Chance.even(3))
    )


def test_short_forms_are_short_and_each_is_its_own() -> None:
    titles = [wording.title for wording in VERDICTS.values()]
    assert len(set(titles)) == len(titles) and all(len(str(title)) < 26 for title in titles)
    assert verdict_words(Told("begun")).sentence.endswith(".")
    assert VERDICTS.keys() >= GOOD | BAD and not GOOD & BAD


def epochs(*losses: float) -> Course:
    """A course whose validation losses are these; training falls all the time."""
    course = Course(Recipe())
    course.hear([StepDone(step, 1, 2.0 / step, 0.5) for step in range(1, 101)])
    for number, loss in enumerate(losses, 1):
        course.epochs.append(EpochDone(number, 10 * number, 1 / number, 0.5, loss, 0.6, 1.0, 1.0, 0.001))
    return course


def test_whoever_is_past_the_best_epoch_is_not_told_to_train_on() -> None:
    chance = Chance.even(10)
    assert verdict(epochs(2.0, 1.5, 1.2, 1.0), chance) == told("improving", before=1.5, loss=1.0)
    found = verdict(epochs(2.0, 1.5, 1.0, 1.3), chance)
    assert found == told("past-best", best=1.0, epoch=3, loss=1.3)
    assert "train on" not in verdict_text(found) and "epoch 3" in verdict_text(found)
