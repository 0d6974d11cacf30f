"""The volumes of a lesson are drawn with what is in them."""

from __future__ import annotations

from cnnstudio.data.library import preview
from cnnstudio.lessons.reading.reader import built_in
from cnnstudio.nn.looking.probed import probe
from cnnstudio.project.project import untrained
from cnnstudio.ui.explain.pictures.inks import Ink
from cnnstudio.ui.learn.views.volumes_view import VolumesView
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.pictures import image_picture
from cnnstudio.worker.inspection import Maps
from tests.ui.screen import colour_at


def test_in_front_stand_the_picture_and_the_first_map(qtbot, qapp) -> None:
    theme.apply(qapp, "light")  # whose letters are as large on every screen
    project = untrained(built_in().lesson("volumes").network)
    graph, image = project.design.graph, preview(project.design.recipe.data).test.pixels[1]
    seen = Maps(graph, project.weights, image, probe(graph, project.weights, image).values)
    view = VolumesView()
    qtbot.addWidget(view)
    view.resize(700, 260)
    view.show_design(project.design)
    view.show_maps(seen)
    first_map = seen.values["conv2d_1"]

    def around(place: int) -> set[int]:
        drawn, middle = view.row.grab().toImage(), view.row.middle(place).toPoint()
        return {colour_at(drawn, middle.x() + x, middle.y() + y).rgb() for x in range(-9, 10) for y in range(-9, 10)}

    for place, picture in enumerate((image_picture(image), Ink.of(first_map).picture(first_map[:, :, 0]))):
        known = {picture.pixelColor(x, y).rgb() for x in range(picture.width()) for y in range(picture.height())}
        assert len(around(place)) > 5 and around(place) <= known
    view.show_maps(None)
    assert len(around(0)) == 1, "nobody knows what is in it"
