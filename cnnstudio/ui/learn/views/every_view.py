"""The live views by the names that lessons use."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cnnstudio.lessons.lesson import View
from cnnstudio.ui.learn.views.bench_view import BenchView
from cnnstudio.ui.learn.views.curve_view import CurveView
from cnnstudio.ui.learn.views.descent.descent_view import DescentView
from cnnstudio.ui.learn.views.filters_view import FiltersView
from cnnstudio.ui.learn.views.live_view import LiveView
from cnnstudio.ui.learn.views.looking_view import LookingView
from cnnstudio.ui.learn.views.neurons_view import NeuronsView
from cnnstudio.ui.learn.views.occlusion_view import OcclusionView
from cnnstudio.ui.learn.views.sharing_view import SharingView
from cnnstudio.ui.learn.views.volumes_view import VolumesView
from cnnstudio.ui.learn.views.way_back_view import WayBackView
from cnnstudio.ui.run.run_control import RunControl
from cnnstudio.ui.run.samples import Samples

_MAKERS: Mapping[str, Callable[[Mapping[str, int], RunControl, Samples], LiveView]] = {
    "row": lambda numbers, _run_control, _samples: BenchView(numbers, fixed=True),
    "bench": lambda numbers, _run_control, _samples: BenchView(numbers),
    "places": lambda numbers, _run_control, _samples: BenchView(numbers, settings=("size", "kernel", "stride")),
    "convolution": lambda _numbers, _run_control, _samples: LookingView("convolution"),
    "products": lambda _numbers, _run_control, _samples: LookingView("convolution", products=True),
    "writing": lambda _numbers, _run_control, _samples: LookingView("convolution", writing=True),
    "pooling": lambda _numbers, _run_control, _samples: LookingView("pooling"),
    "filters": lambda _numbers, _run_control, _samples: FiltersView(),
    "volumes": lambda _numbers, _run_control, _samples: VolumesView(),
    "curve": lambda _numbers, run_control, _samples: CurveView(run_control),
    "descent": lambda _numbers, run_control, _samples: DescentView(run_control),
    "way_back": lambda _numbers, run_control, samples: WayBackView(run_control, samples),
    "sharing": lambda _numbers, _run_control, _samples: SharingView(),
    "occlusion": lambda _numbers, _run_control, samples: OcclusionView(samples),
    "neurons": lambda _numbers, _run_control, _samples: NeuronsView(),
}


def live_view(view: View, run_control: RunControl, samples: Samples) -> LiveView:
    """The widget for a lesson's view."""
    return _MAKERS[view.name](view.numbers, run_control, samples)
