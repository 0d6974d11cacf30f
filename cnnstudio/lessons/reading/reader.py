"""Reading lessons that anybody may have written: exact keys and types, known layers and views, limits everywhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from cnnstudio.design.edits import edits
from cnnstudio.design.format.design_format import check_version, migrate, settings_from_json
from cnnstudio.design.format.strict import Checked, FileFormatError, meant, parse, quoted
from cnnstudio.design.layout.tidy import tidied
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.files.plain import read_plain
from cnnstudio.lessons.condition import Condition, Every, Shown
from cnnstudio.lessons.figures import FIGURES, About
from cnnstudio.lessons.lesson import NUMBERS, VIEWS, Asked, Course, Formula, Item, Lesson, Paragraph, Task, View
from cnnstudio.lessons.questions.question import Question
from cnnstudio.lessons.reading.asked import ASKED, name_of, template
from cnnstudio.lessons.reading.conditions import condition, kind_of_layer
from cnnstudio.lessons.reading.lines import line_of
from cnnstudio.nn.graph.layer import Layer, layer_kinds
from cnnstudio.nn.telling.told import Sentence
from cnnstudio.resources import resource

FORMAT = "cnnstudio-lesson"
COURSE_FILE = "course.json"
REMEDY = Sentence("Correct the lesson file and open the folder again.")

_LARGEST = 1 << 20
#: so many cards of a lesson's network stand side by side: the canvas beside a lesson is hardly wider than high
_ACROSS = 3
_MOST_LESSONS, _MOST_ITEMS, _MOST_QUESTIONS, _MOST_LAYERS = 60, 60, 12, 60
#: so much of a file, and so many files, are looked at to see whether a folder holds lessons
_HEAD, _LOOKED_AT = 4096, 8
#: what an item may be
_KINDS = ("text", "formula", "task", *ASKED)


@cache
def built_in() -> Course:
    """The lessons that come with the program."""
    return read_course(resource("lessons"))


def seems_a_course(folder: Path) -> bool:
    """Whether a folder seems to hold lessons; reading it says what is wrong with them.

    Raises:
        OSError: it cannot be looked into.
    """
    files = [path for path in sorted(folder.glob("*.json")) if path.is_file()][:_LOOKED_AT]
    return any(FORMAT.encode() in read_plain(path, _HEAD) for path in files)


def read_course(folder: Path) -> Course:
    """All lessons of a folder: its ``*.json`` files by name; ``course.json`` may hold a title.

    Raises:
        FileFormatError: there are none, or one is not as it should be; the text names file and place.
    """
    try:
        paths = sorted(path for path in folder.glob("*.json") if path.is_file() and not path.is_symlink())
        if not paths or len(paths) > _MOST_LESSONS:
            raise FileFormatError(
                folder.name,
                "",
                "It holds {lessons:# lesson|# lessons} (*.json); 1 to {most} are read.",
                "Choose a folder with lessons.",
                lessons=len(paths),
                most=_MOST_LESSONS,
            )
        title, lessons = folder.name, []
        for path in paths:
            if path.name == COURSE_FILE:
                title = parse(_bytes(path), path.name).fields("title")["title"].text(fewest=1)
            else:
                lessons.append(read_lesson(_bytes(path), path.name))
    except OSError as error:
        raise FileFormatError(
            folder.name, "", "It cannot be read: {why}.", "Choose another folder.", why=error.strerror or error
        ) from error
    if not lessons:
        raise FileFormatError(folder.name, "", "It holds no lesson.", "Choose a folder with lessons.")
    known: set[str] = set()
    for lesson, path in zip(lessons, [p for p in paths if p.name != COURSE_FILE], strict=True):
        if lesson.id in known:
            raise FileFormatError(path.name, "id", "Another lesson has the id {id}.", REMEDY, id=quoted(lesson.id))
        known.add(lesson.id)
    return Course(title, tuple(lessons))


def read_lesson(data: bytes, file: str) -> Lesson:
    """One lesson.

    Raises:
        FileFormatError: it is not as it should be; the text names the line as well.
    """
    try:
        return _read(parse(data, file))
    except FileFormatError as error:
        # the line is part of the file's name in the sentence, and what helps is not a backup but the teacher
        where: str | Sentence = file
        if error.place:
            where = Sentence("{file}, line {line}", file=file, line=line_of(data.decode(), error.place))
        remedy = REMEDY if error.damaged else error.remedy
        raise FileFormatError(where, error.place, error.reason, remedy) from error


def _read(document: Checked) -> Lesson:
    fields = document.fields(
        "format", "format_version", "id", "title", "items", optional=("views", "network", "picture")
    )
    if fields["format"].value != FORMAT:
        fields["format"].refuse("It is not a CNN Studio lesson.")
    version = check_version(fields["format_version"], document)
    fields = migrate("lesson", document, version).mapping()
    items = tuple(_item(item) for item in fields["items"].items(_MOST_ITEMS, 1))
    goals = [item.id for item in items if not isinstance(item, Paragraph | Formula)]
    if len(set(goals)) != len(goals):
        fields["items"].refuse("Two tasks or questions have the same id.")
    if sum(isinstance(item, Question | Asked) for item in items) > _MOST_QUESTIONS:
        fields["items"].refuse("A lesson may ask {most} questions.", most=_MOST_QUESTIONS)
    views = tuple(_view(item) for item in fields["views"].items(6)) if "views" in fields else ()
    for item, read in zip(fields["items"].items(_MOST_ITEMS), items, strict=True):
        if isinstance(read, Task):
            _check_numbers(item.mapping()["when"], read.condition, views)
    network = _network(fields["network"]) if "network" in fields else None
    picture = fields["picture"].integer(0, 999) if "picture" in fields else None
    return Lesson(name_of(fields["id"]), fields["title"].text(60, 1), items, views, network, picture)


def _bytes(path: Path) -> bytes:
    data = read_plain(path, _LARGEST)
    if len(data) > _LARGEST:
        raise FileFormatError(path.name, "", "A lesson may have 1 MB.", REMEDY)
    return data


def _item(found: Checked) -> Item:
    kinds = [kind for kind in _KINDS if kind in found.mapping()]
    for kind, read in ASKED.items():
        if kind in kinds:
            return read(found)
    if kinds == ["task"]:
        fields = found.fields("task", "id", "when", optional=("hint",))
        hint = fields["hint"].text(500) if "hint" in fields else ""
        return Task(name_of(fields["id"]), fields["task"].text(500, 1), condition(fields["when"]), hint)
    if kinds == ["text"]:
        return Paragraph(*_words(found, "text", 1200))
    if kinds != ["formula"]:
        likely = tuple(meant(key, _KINDS) for key in found.mapping())
        found.refuse("An item is one of {kinds:commas}.{likely:joined}", kinds=_KINDS, likely=likely)
    return Formula(*_words(found, "formula", 200))


def _words(found: Checked, name: str, longest: int) -> tuple[str, About | None]:
    """A text, and the layer of the network shown that it is about, if it is about one."""
    fields = found.fields(name, optional=("about", "without"))
    text = fields[name].text(longest, 1)
    if "about" not in fields:
        if "without" in fields:
            fields["without"].refuse("It is said where the network has no such layer; “about” says of which kind.")
        return text, None
    template(fields[name], FIGURES, longest)
    without = fields["without"].text(longest) if "without" in fields else ""
    return text, About(kind_of_layer(fields["about"]), without)


def _view(found: Checked) -> View:
    fields = found.mapping()
    if "view" not in fields:
        found.refuse("“view” is missing.")
    name = fields.pop("view").text(40)
    if name not in VIEWS:
        there = meant(name, VIEWS, Sentence("There are {views:commas}.", views=tuple(VIEWS)))
        found.refuse("There is no view {name}.{there}", name=quoted(name), there=there)
    for key in fields:
        if key not in VIEWS[name]:
            found.refuse(
                "The view {name} has no {key}.{meant}",
                name=quoted(name),
                key=quoted(key),
                meant=meant(key, VIEWS[name]),
            )
    return View(name, {key: item.integer(*VIEWS[name][key]) for key, item in fields.items()})


def _check_numbers(found: Checked, condition: Condition, views: tuple[View, ...]) -> None:
    """Refuse a condition about a number that no view of the lesson has: nobody could ever fulfil it."""
    known = [name for view in views for name in NUMBERS[view.name]]
    for part in condition.conditions if isinstance(condition, Every) else (condition,):
        missing = sorted(part.holds.names.difference(known)) if isinstance(part, Shown) else []
        if missing:
            there = Sentence("there are {known:commas}" if known else "they have none", known=tuple(known))
            found.refuse(
                "No view of this lesson has the number {missing}; {there}.",
                missing=quoted(missing[0]),
                there=there,
            )


def _network(found: Checked) -> Design:
    fields = found.fields("title", "layers", optional=("recipe",))
    recipe = settings_from_json(Recipe, fields["recipe"]) if "recipe" in fields else Recipe()
    design = Design(recipe=recipe, title=fields["title"].text(60, 1))
    for item in fields["layers"].items(_MOST_LAYERS, 1):
        design, _ = edits.append(design, _layer(item))
    return tidied(design, _ACROSS)


def _layer(found: Checked) -> Layer:
    fields = found.fields("kind", optional=("settings",))
    kind = fields["kind"].text()
    if kind not in layer_kinds():
        fields["kind"].refuse("There is no layer {kind}.{meant}", kind=quoted(kind), meant=meant(kind, layer_kinds()))
    empty: Any = Checked({}, found.file, found.place)
    return settings_from_json(layer_kinds()[kind], fields.get("settings", empty))
