"""Whether a run learns: what holds of its figures, compared with chance, with its start and with its last epochs.

Each rule is one verdict. They are asked in order, and the first that holds is what everybody is told: the window, the
command line and the lessons alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cnnstudio.nn.telling.told import Told, told
from cnnstudio.nn.training.events import EpochDone
from cnnstudio.runs.verdicts.chance import Chance
from cnnstudio.runs.verdicts.course import Course

#: steps before which nothing is said of a run whose first epoch has not ended
EARLY = 20
#: a loss this many times that of the start, or of a guess, grows
GROWN = 5.0
#: a loss above that of the start by this factor is worse, by less it may be luck
WORSE = 1.25
#: losses below this part of what guessing costs are too small to be called worse
SMALL = 0.1
#: the part of the way from guessing to perfect below which a network is no better than guessing
HARDLY = 0.05
#: the part of that way that a network must go to have learned, and that beyond which little is left to learn
LEARNED, DONE = 0.5, 0.99
#: epochs since the lowest validation loss, at least, and by which factor it has risen since
SINCE, RISEN = 3, 1.1
#: by which part the validation loss must have fallen in the last epochs to be improving
BETTER = 0.02
#: a loss that changes by less than this part does not move
STILL = 1e-4

#: a good end, or the way to it
GOOD = frozenset({"falling", "better", "improving", "learned"})
#: what more epochs do not mend
BAD = frozenset({"diverging", "dead", "worse", "no-rate", "by-heart", "still", "guessing"})


def verdict(course: Course, chance: Chance, silent: float | None = None) -> Told | None:
    """What is to be thought of a run; None before its first step.

    ``silent`` is the share 0…1 of ReLUs that are 0 for all images, in the layer that has most of them; None where
    nobody has looked: then a loss that does not move tells.
    """
    if not course.steps:
        return None
    if silent is not None and silent >= 1 and not _above_chance(course, chance):
        return _gone_wrong("dead", course, chance)
    for rule in _RULES:
        found = rule(course, chance)
        if found is not None:
            return found
    return _learned(course, chance)


def _diverging(course: Course, chance: Chance) -> Told | None:
    floor = max(course.start, chance.loss)
    if course.steps >= EARLY and not course.loss <= GROWN * floor:
        return _gone_wrong("diverging", course, chance, start=course.start, loss=course.loss)
    return None


def _worse(course: Course, chance: Chance) -> Told | None:
    enough = course.steps >= EARLY or course.epochs
    if enough and course.loss > max(WORSE * course.start, SMALL * chance.loss):
        return _gone_wrong("worse", course, chance, start=course.start, loss=course.loss)
    return None


def _begun(course: Course, chance: Chance) -> Told | None:
    """The first epoch: only the training loss is known."""
    if course.epochs:
        return None
    if course.steps >= EARLY and course.loss < (1 - HARDLY) * min(course.start, chance.loss):
        return told("falling", start=course.start, loss=course.loss)
    return told("begun")


def _unjudged(course: Course, chance: Chance) -> Told | None:
    return told("unjudged", images=chance.images) if chance.share >= 1 else None


def _no_rate(course: Course, chance: Chance) -> Told | None:
    if course.rate == 0 and not _above_chance(course, chance):
        return told("no-rate", rate=_gentler(course))
    return None


def _by_heart(course: Course, chance: Chance) -> Told | None:
    """Better than guessing on what it learns from, and only there."""
    last = course.epochs[-1]
    if _above_chance(course, chance) or not _skill(last.train_accuracy, chance) > max(LEARNED / 2, 2 * HARDLY):
        return None
    return told("by-heart", train=last.train_accuracy, validation=last.validation_accuracy, **_guess(chance))


def _still(course: Course, chance: Chance) -> Told | None:
    losses = [done.validation_loss for done in course.epochs[-2:]]
    if _above_chance(course, chance) or len(losses) < 2 or abs(losses[1] - losses[0]) > STILL * abs(losses[0]):
        return None
    return _gone_wrong("still", course, chance, loss=losses[1])


def _guessing(course: Course, chance: Chance) -> Told | None:
    if _above_chance(course, chance):
        return None
    last = course.epochs[-1]
    return told(
        "guessing",
        accuracy=last.validation_accuracy,
        **_guess(chance),
        epochs=len(course.epochs),
        luck=last.validation_accuracy > chance.share,
    )


def _past_its_best(course: Course, chance: Chance) -> Told | None:
    """Overfitting where training still improves, otherwise it was simply better before."""
    last = course.epochs[-1]
    best = min(course.epochs, key=lambda done: done.validation_loss)
    risen = last.validation_loss > max(RISEN * best.validation_loss, best.validation_loss + 0.01 * chance.loss)
    if not risen:
        return None
    values = {"best": best.validation_loss, "epoch": best.epoch, "loss": last.validation_loss}
    if last.train_loss < best.train_loss:
        since = [done for done in course.epochs if done.epoch >= best.epoch]
        if len(since) > SINCE and all(done.validation_loss > best.validation_loss for done in since[-SINCE:]):
            return told("overfitting", **values)
        return None
    return told("past-best", **values) if last.train_loss > RISEN * best.train_loss else None


def _improving(course: Course, chance: Chance) -> Told | None:
    losses = [done.validation_loss for done in course.epochs]
    if len(losses) == 1:
        accuracy = course.epochs[0].validation_accuracy
        return told("better", accuracy=accuracy, loss=losses[0], guess=chance.loss, **_guess(chance))
    recent = 1 if len(losses) == 2 else 2
    before, now = min(losses[:-recent]), min(losses[-recent:])
    if now < (1 - BETTER) * before and _skill(course.epochs[-1].validation_accuracy, chance) < DONE:
        if losses[-1] > RISEN * now:  # more epochs are not what it needs
            best = min(course.epochs, key=lambda done: done.validation_loss)
            return told("past-best", best=now, epoch=best.epoch, loss=losses[-1])
        return told("improving", before=before, loss=now)
    return None


def _learned(course: Course, chance: Chance) -> Told:
    accuracy = course.epochs[-1].validation_accuracy
    if _skill(accuracy, chance) < LEARNED:
        return told("stuck", accuracy=accuracy, **_guess(chance))
    return told("learned", accuracy=accuracy, **_guess(chance))


def _guess(chance: Chance) -> Mapping[str, float]:
    return {"share": chance.share, "images": chance.images}


_RULES: tuple[Callable[[Course, Chance], Told | None], ...] = (
    _diverging,
    _worse,
    _begun,
    _unjudged,
    _no_rate,
    _by_heart,
    _still,
    _guessing,
    _past_its_best,
    _improving,
)


def _skill(accuracy: float, chance: Chance) -> float:
    """How much of the way from guessing to perfect an accuracy has gone (Cohen, 1960, for constant guesses)."""
    return (accuracy - chance.share) / max(1 - chance.share, 1e-9)


def _above_chance(course: Course, chance: Chance) -> bool:
    """Whether the last epoch left a network that is better than guessing on the images it is judged on."""
    return bool(course.epochs) and _beats(course.epochs[-1], chance)


def _beats(done: EpochDone, chance: Chance) -> bool:
    """Whether an epoch left a network that is right more often than luck explains, or surer of what is right."""
    luck = max(HARDLY, chance.noise / max(1 - chance.share, 1e-9))
    surer = done.validation_loss < (1 - HARDLY) * chance.loss
    return _skill(done.validation_accuracy, chance) > luck or surer


def _gone_wrong(code: str, course: Course, chance: Chance, **figures: float) -> Told:
    """A run that more steps do not mend, with the rate to begin anew with, and the epoch whose weights, which are kept
    as the best, were better than guessing: 0 where there is none."""
    best = min(course.epochs, key=lambda done: done.validation_loss, default=None)
    kept = best.epoch if best is not None and _beats(best, chance) else 0
    return told(code, **figures, rate=_gentler(course), kept=kept)


def _gentler(course: Course) -> float:
    """A learning rate to try instead: the optimizer's usual one where the run's is none or next to none, or its highest
    far above, else a tenth of that; not more than it has come to, for the highest rate is what did the harm."""
    usual: float = type(course.optimizer)().learning_rate
    if course.rate == 0 or course.highest <= usual / 100:
        return usual
    gentler = usual if course.highest >= 10 * usual else float(f"{course.highest / 10:.1g}")
    return min(gentler, course.rate)
