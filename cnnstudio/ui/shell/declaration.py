"""What every window has of its own: files and their safe-keeping, undo, the walk through the panels, and help."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence

from cnnstudio.nn.telling.told import worded
from cnnstudio.project.trained import trained_names
from cnnstudio.ui.commands.command import Command, Entry, Slot, Submenu
from cnnstudio.ui.shell import windows
from cnnstudio.ui.shell.appearance import appearance_commands
from cnnstudio.ui.shell.file_menus import RecentMenu, TemplateMenu, listed_files, listed_templates
from cnnstudio.ui.shell.files import Files
from cnnstudio.ui.shell.recovery import Recovery
from cnnstudio.ui.shell.windows import window_of
from cnnstudio.ui.studio.declared import Panel, Part, Stop
from cnnstudio.ui.studio.intents import Intents, ShowProject, ShowTerm
from cnnstudio.ui.studio.keyboard import finish_typing, walk
from cnnstudio.ui.studio.side_panels import Side
from cnnstudio.ui.studio.studio import Studio
from cnnstudio.ui.telling.notice_strip import NoticeStrip

Keys = QKeySequence.StandardKey


def _files(studio: Studio) -> Files:
    return Files(studio.document, studio.run_control, studio.notices, window_of(studio))


def _file_offers(studio: Studio) -> tuple[Entry, ...]:
    files, window = studio.get(FILES), window_of(studio)
    studio.commands.add_list(lambda: listed_templates(files.new, files.see_trained))
    studio.commands.add_list(lambda: listed_files(files.open_path))
    return (
        Command(
            id="new", section="Files", text="New", keys=(Keys.New,), slot=Slot("File", 0, 0),
            help="Begin with an empty canvas, here or in a window of its own", do=files.new, words="empty blank design",
        ),
        Submenu("New from template", Slot("File", 0, 1), TemplateMenu(window, files.new, files.see_trained)),
        Command(
            id="new window", section="Files", text="New window", keys=("Ctrl+Shift+N",), slot=Slot("File", 0, 2),
            help="Open another window with a design of its own", do=files.new_window,
        ),
        Command(
            id="open", section="Files", text="Open…", keys=(Keys.Open,), icon="open", slot=Slot("File", 0, 3),
            help="Open a design, an exported figure, an ONNX model, a picture, or images to learn from", do=files.open,
            words="load import dataset",
        ),
        Submenu("Open recent", Slot("File", 0, 4), RecentMenu(window, files.open_path)),
        Command(
            id="save", section="Files", text="Save", keys=(Keys.Save,), icon="save", slot=Slot("File", 1, 0),
            help="Write design, weights and run to the file", do=files.save, words="store keep",
        ),
        Command(
            id="save as", section="Files", text="Save as…", keys=(Keys.SaveAs, "Ctrl+Shift+S"),
            help="Write design, weights and run to another file", do=files.save_as, slot=Slot("File", 1, 1),
        ),
        Command(
            id="rename", section="Files", text="Rename…", slot=Slot("File", 1, 2), do=window.rename,
            help="Write another name for the file, or for a design that has none yet", words="name of the design title",
        ),
        Command(
            id="gallery", section="Files", text="Gallery…", icon="templates", do=lambda: _show_gallery(studio),
            help="The templates with their pictures, shapes and costs",
        ),
        Command(
            id="close", section="Files", text="Close window", keys=("Ctrl+W",), slot=Slot("File", 4, 0),
            help="Close this window; what is not saved is asked about", do=window.close,
        ),
        Command(
            id="quit", section="Files", text="Quit", keys=(Keys.Quit, "Ctrl+Q"), slot=Slot("File", 4, 1),
            help="Close every window; what is not saved is asked about", do=lambda: windows.close_all(window),
            words="exit leave end",
        ),
    )  # fmt: skip


def _file_answers(studio: Studio, intents: Intents) -> None:
    intents.answer(ShowProject, lambda intent: studio.get(FILES).show(intent.project, intent.said, train=intent.train))


FILES: Part[Studio, Files] = Part(
    name="files", make=_files, offers=_file_offers, answers=_file_answers, shutdown=Files.shutdown
)


def _recovery(studio: Studio) -> Recovery:
    return Recovery(studio.document, studio.run_control, studio.notices, studio.window)


RECOVERY: Part[Studio, Recovery] = Part(name="recovery", make=_recovery, shutdown=Recovery.close)


def _messages(studio: Studio) -> NoticeStrip:
    strip = NoticeStrip(studio.notices)
    strip.left.connect(studio.workspaces.take_keyboard)
    return strip


MESSAGES: Panel[Studio, NoticeStrip] = Panel(
    name="messages",
    make=_messages,
    place="messages",
    stop=lambda strip: Stop(strip, strip.take_keyboard, calls=strip.calls),
)


def _history_offers(studio: Studio) -> tuple[Entry, ...]:
    document = studio.document  # a lesson's network brings a history of its own: it is asked for each time

    def undo() -> None:
        finish_typing(studio.window)  # what is being typed belongs to the last step
        document.history.undo()

    def redo() -> None:
        document.history.redo()

    def undo_words() -> str:
        return f"Undo “{worded(document.to_undo)}”" if document.to_undo else "Undo"

    def redo_words() -> str:
        return f"Redo “{worded(document.to_redo)}”" if document.to_redo else "Redo"

    return (
        Command(
            id="commands", section="Edit", text="Search commands…", keys=("Ctrl+K",), icon="search",
            help="Type what you want to do and press Enter", do=lambda: _search(studio), slot=Slot("Edit", 0, 0),
        ),
        Command(
            id="undo", section="Edit", text="Undo", keys=(Keys.Undo, "Ctrl+Z"), icon="undo", slot=Slot("Edit", 1, 0),
            help="Take the last step back", do=undo, now=undo_words, words="history back",
            why_not=lambda: "" if document.history.can_undo() else "Nothing was done yet.",
        ),
        Command(
            id="redo", section="Edit", text="Redo", keys=("Ctrl+Y", "Ctrl+Shift+Z"), icon="redo",
            help="Do again what was taken back", do=redo, slot=Slot("Edit", 1, 1), now=redo_words,
            words="history forward",
            why_not=lambda: "" if document.history.can_redo() else "Nothing was taken back.",
        ),
        Command(
            id="preferences", section="View", text="Preferences…", keys=("Ctrl+,",), slot=Slot("Edit", 9, 0),
            help="Look, text size, motion, threads, folders and budgets", do=lambda: _show_preferences(studio),
            words="settings options dark light font text size larger smaller zoom animation cores cache disk",
        ),
    )  # fmt: skip


def _help_offers(studio: Studio) -> tuple[Entry, ...]:
    return (
        Command(
            id="next panel", section="View", text="Next panel", keys=("F6",), slot=Slot("View", 3, 0),
            help="Give the keyboard to the next part of the window", do=lambda: walk(studio, 1),
        ),
        Command(
            id="previous panel", section="View", text="Previous panel", keys=("Shift+F6",), slot=Slot("View", 3, 1),
            help="Give the keyboard to the part of the window before", do=lambda: walk(studio, -1),
        ),
        Command(
            id="left panel", section="View", text="Panel at the left", keys=("Shift+F9",), slot=Slot("View", 3, 6),
            help="Hide the panel at the left, or show it again", do=lambda: studio.side_panels.toggle("left"),
            why_not=lambda: _why_no_panel(studio, "left"), checked=lambda: _shows_panel(studio, "left"),
            words="palette list of layers hide show",
        ),
        Command(
            id="right panel", section="View", text="Panel at the right", keys=("F9",), slot=Slot("View", 3, 7),
            help="Hide the panel at the right, or show it again", do=lambda: studio.side_panels.toggle("right"),
            why_not=lambda: _why_no_panel(studio, "right"), checked=lambda: _shows_panel(studio, "right"),
            words="inspector settings side hide show",
        ),
        Command(
            id="alone", section="View", text="Canvas alone", keys=("F11",), slot=Slot("View", 3, 8),
            help="The canvas fills the screen, without bars and panels; F11 or Esc brings them back",
            do=lambda: studio.side_panels.show_alone(not studio.side_panels.alone),
            checked=lambda: studio.side_panels.alone, words="full screen",
        ),
        *appearance_commands(),
        Command(
            id="manual", section="Help", text="Manual", slot=Slot("Help", 0, 0),
            help="Once around the window, with pictures, to be read beside the work", do=lambda: _show_manual(studio),
            words="help guide handbook documentation",
        ),
        Command(
            id="shortcuts", section="Help", text="Shortcuts", keys=("Ctrl+/", "?"), slot=Slot("Help", 0, 1),
            help="Every key and every gesture on one sheet", do=lambda: _show_shortcuts(studio),
            words="keyboard keys hotkeys mouse gestures",
        ),
        Command(
            id="what is this", section="Help", text="What is this?", keys=("F1",), slot=Slot("Help", 0, 2),
            help="The glossary’s page on what the pointer or the keyboard is at", do=lambda: _say_what_this_is(studio),
        ),
        Command(
            id="glossary", section="Help", text="Glossary", keys=("Shift+F1",), slot=Slot("Help", 0, 3),
            help="Every term of the field, with an example", do=lambda: studio.intents.ask(ShowTerm()),
            words="terms words meaning definitions dictionary",
        ),
        Command(
            id="menu", section="Help", text="Open the menu", keys=("F10",), do=window_of(studio).open_menu,
            help="Everything the window can do, by subject",
        ),
        Command(
            id="welcome", section="Help", text="Welcome", slot=Slot("Help", 0, 4),
            help="The doors of the first start: build, learn, open an example, look inside",
            do=lambda: _show_welcome(studio),
            words="first start begin doors tour introduction getting started",
        ),
        Command(
            id="look inside", section="Files", text="Look inside a trained network", slot=Slot("Help", 0, 5),
            help="A network that has learned, with all it sees", words="example pretrained learned",
            do=lambda: studio.get(FILES).see_trained(trained_names()[0]),
        ),
        Command(
            id="about", section="Help", text="About CNN Studio", slot=Slot("Help", 0, 6), words="license copyright",
            help="Version, licence and the libraries it stands on", do=lambda: _show_about(studio),
        ),
    )  # fmt: skip


def _why_no_panel(studio: Studio, side: Side) -> str:
    return "" if studio.side_panels.panel(side) is not None else f"This workspace has no panel at the {side}."


def _shows_panel(studio: Studio, side: Side) -> bool:
    panels = studio.side_panels
    return panels.panel(side) is not None and not panels.hidden(side) and not panels.alone


def _answers(studio: Studio, intents: Intents) -> None:
    intents.answer(ShowTerm, lambda intent: _show_term(studio, intent.name))


# sheets bring modules with them that a start can do without


def _search(studio: Studio) -> None:
    from cnnstudio.ui.shell.sheets.command_search import open_command_search

    open_command_search(studio)


def _show_manual(studio: Studio) -> None:
    from cnnstudio.ui.shell.sheets.manual import open_manual

    open_manual(studio.window)


def _show_welcome(studio: Studio) -> None:
    from cnnstudio.ui.shell.sheets.welcome import Welcome

    studio.workspaces.go_to(studio.workspaces.of_designs)
    Welcome(studio)


def _show_shortcuts(studio: Studio) -> None:
    from cnnstudio.ui.shell.sheets.shortcut_sheet import open_shortcut_sheet

    open_shortcut_sheet(studio)


def _show_preferences(studio: Studio) -> None:
    from cnnstudio.ui.shell.sheets.preferences_sheet import open_preferences

    open_preferences(studio)


def _show_gallery(studio: Studio) -> None:
    from cnnstudio.ui.shell.sheets.gallery import open_gallery

    open_gallery(studio.window, studio.get(FILES).new, studio.get(FILES).see_trained)


def _show_term(studio: Studio, name: str) -> None:
    from cnnstudio.ui.shell.sheets.glossary_sheet import open_glossary

    open_glossary(studio.window, name)


def _say_what_this_is(studio: Studio) -> None:
    from cnnstudio.ui.telling.glossary_help import term_under_hand

    known = term_under_hand(studio.window)
    studio.intents.ask(ShowTerm(known.name if known is not None else ""))


def _show_about(studio: Studio) -> None:
    from cnnstudio.ui.shell.sheets.about import show_about

    show_about(studio.window)


def _nothing(_studio: Studio) -> None:
    """These have commands only."""


HISTORY = Part(name="history", make=_nothing, offers=_history_offers)
HELP = Part(name="help", make=_nothing, offers=_help_offers, answers=_answers)

#: what this folder declares
DECLARED = (FILES, RECOVERY, MESSAGES, HISTORY, HELP)
