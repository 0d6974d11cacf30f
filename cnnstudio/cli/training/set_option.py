"""The option --set: a recipe's setting as NAME=VALUE, where the name may lead into one of its values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cnnstudio.cli.console import Refused
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.nn.settings import Setting, SettingError
from cnnstudio.nn.telling.told import Sentence, worded

_TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def with_settings(recipe: Recipe, changes: Mapping[str, Any], options: Sequence[str]) -> Recipe:
    """The recipe with these changes and what the options say, kinds before the settings that they bring.

    Raises:
        Refused: a setting is unknown, or its value is none.
    """
    kinds = {about.name for about in Recipe.settings() if about.kinds}
    try:
        chosen = recipe.choose(**changes)
    except SettingError as error:
        raise Refused(worded(error)) from error
    for option in sorted(options, key=lambda option: option.partition("=")[0] not in kinds):
        name, _, text = option.partition("=")
        try:
            chosen = chosen.choose(**{name: _value(chosen.setting_at(name), text)})
        except SettingError as error:
            raise Refused(f"--set {option}: {worded(error)}") from error
    return chosen


def _value(about: Setting, text: str) -> Any:
    """What a text says that is to be the value of a setting.

    Raises:
        SettingError: it is no number where one is wanted.
    """
    try:
        match about.type:
            case "integer":
                return int(text)
            case "real":
                return float(text)
            case "reals" if text not in about.choices:
                return tuple(float(part) for part in text.split(","))
            case "switch":
                return _TRUTH.get(text.lower(), text)
    except ValueError:
        several = Sentence("numbers with commas between them" if about.type == "reals" else "a number")
        raise SettingError(
            "{setting} must be {wanted}, not “{text}”.", setting=about.title.lower(), wanted=several, text=text
        ) from None
    return text
