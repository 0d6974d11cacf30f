"""What a design's data are like, as far as it says so itself."""

from __future__ import annotations

from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.design.format.design_format import read_design, write_design
from cnnstudio.design.templates import template
from cnnstudio.design.value.environment import environment, environment_after


def test_the_chosen_size_of_a_built_in_set_is_kept_and_known_before_any_picture_is_there() -> None:
    design, smaller = template("article"), DataChoice("things", {"size": (32, 32), "colour": "rgb"})
    before = environment(design, (28, 28, 1), 10)
    design = design.with_changes(recipe=design.recipe.replace(data=smaller))
    again, _ = read_design(write_design(design), "kept")
    assert again.recipe.data == smaller
    assert environment_after(again, before).image_shape == (32, 32, 3)
    as_drawn = again.with_changes(recipe=again.recipe.replace(data=DataChoice("things")))
    assert environment_after(as_drawn, before).image_shape == (48, 48, 3)
