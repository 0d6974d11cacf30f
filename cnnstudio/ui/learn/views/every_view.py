"""The live views by the names that lessons use."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cnnstudio.lessons.lesson import View
from cnnstudio.ui.learn.views.bench_view import BenchView
from cnnstudio.ui.learn.views.curve_view import CurveView
from cnnstudio.ui.learn.views.descent_view import DescentView
from cnnstudio.ui.learn.views.filters_view import FiltersView
from cnnstudio.ui.learn.views.live_view import LiveView
from cnnstudio.ui.learn.views.looking_view import LookingView
from cnnstudio.ui.learn.views.sharing_view import SharingView
from cnnstudio.ui.learn.views.volumes_view import VolumesView
from cnnstudio.ui.learn.views.way_back_view import WayBackView
from cnnstudio.ui.training_desk import TrainingDesk

_MAKERS: Mapping[str, Callable[[Mapping[str, int], TrainingDesk], LiveView]] = {
    "row": lambda numbers, _desk: BenchView(numbers, fixed=True),
    "bench": lambda numbers, _desk: BenchView(numbers),
    "convolution": lambda _numbers, _desk: LookingView("convolution"),
    "pooling": lambda _numbers, _desk: LookingView("pooling"),
    "filters": lambda _numbers, _desk: FiltersView(),
    "volumes": lambda _numbers, _desk: VolumesView(),
    "curve": lambda _numbers, desk: CurveView(desk),
    "descent": lambda _numbers, desk: DescentView(desk),
    "way_back": lambda _numbers, desk: WayBackView(desk),
    "sharing": lambda _numbers, _desk: SharingView(),
}


def live_view(view: View, desk: TrainingDesk) -> LiveView:
    """The widget for a lesson's view."""
    return _MAKERS[view.name](view.numbers, desk)
