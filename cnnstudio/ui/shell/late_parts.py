"""Parts of a window that are made when they are first needed: the window is painted without them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnstudio.ui.explain.page import ExplainPage
    from cnnstudio.ui.learn.page import LearnPage
    from cnnstudio.ui.panels.curves.curves import CurvesPanel
    from cnnstudio.ui.panels.evaluation.drawing_card import DrawingCard
    from cnnstudio.ui.panels.evaluation.own_picture import OwnPicture


class LateParts:
    """What a window has besides what it shows at first."""

    @cached_property
    def curves(self) -> CurvesPanel:
        """Loss and accuracy; made when they are first needed."""
        from cnnstudio.ui.panels.curves.curves import CurvesPanel

        panel = CurvesPanel(self.run_control, self.curves_place)
        self.curves_place.layout().addWidget(panel)
        return panel

    @cached_property
    def explain(self) -> ExplainPage:
        """The Explain workspace; made when it is first needed."""
        from cnnstudio.ui.explain.page import ExplainPage

        return ExplainPage(
            self.document, self.inspection, self.samples, self.jobs, self.data, self.session, self.workspaces.widget
        )

    @cached_property
    def learn(self) -> LearnPage:
        """The Learn workspace; made when it is first needed."""
        from cnnstudio.ui.learn.page import LearnPage

        page = LearnPage(self.document, self.run_control, self.inspection, self.notices, self.workspaces.widget)
        page.term_asked.connect(self.menus.show_glossary)
        return page

    @cached_property
    def own_picture(self) -> OwnPicture:
        """Shows pictures that are none of the data's; made when it is first needed."""
        from cnnstudio.ui.panels.evaluation.own_picture import OwnPicture

        return OwnPicture(self.document, self.inspection, self.samples, self.data, self.notices, self)

    @cached_property
    def drawing(self) -> DrawingCard:
        """The pad to draw an image on; made when it is first needed."""
        from cnnstudio.ui.panels.evaluation.drawing_card import DrawingCard

        return DrawingCard(self.document, self.inspection, self.samples, self.data, self)

    def made(self, name: str) -> bool:
        """Whether one of the parts that are made when they are first needed is there already."""
        return name in vars(self)

    def wanted_later(self) -> list[Callable[[], object]]:
        """What other workspaces need, in pieces that nobody notices: the window is painted first."""
        modules = ("cnnstudio.ui.panels.curves.curves", "cnnstudio.ui.explain.page", "cnnstudio.ui.learn.page")
        pieces: list[Callable[[], object]] = [partial(import_module, module) for module in modules]
        return [*pieces, lambda: self.curves, lambda: self.explain, lambda: self.learn]
