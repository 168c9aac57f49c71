#!/usr/bin/env python3
"""os.environ["TRAP_DOCSTRING"]
os.getenv('TRAP_DOCSTRING_TOO')
"""
import os, environ
import os as system
from os import environ as settings, getenv
from os import (
    getenv as get,
)
from decouple import config

# os.environ["TRAP_COMMENT"]
a = os.environ["USED_INDEX"] + os.environ.get("USED_GET", "TRAP_DEFAULT") + os.getenv('USED_GETENV')
b = f"{os.environ['USED_FORMATTED']} {{os.environ['TRAP_BRACES']}} {a}" + r"\" os.getenv('TRAP_RAW')"
c = 'it\'s os.getenv("TRAP_STRING")' + '''
os.getenv("TRAP_LONG")
'''
d = settings["USED_ALIAS"], getenv("USED_IMPORTED"), get("USED_RENAMED")
env = environ.Env(DEBUG=(bool, False))
e = env("USED_DJANGO"), env.bool("USED_DJANGO_BOOL", default=True), env.db()
f = config("USED_DECOUPLE", cast=int)
if "USED_IN" in os.environ and "USED_NOT_IN" not in os.environ:
    os.environ["TRAP_SET"] = "1"
    del os.environ["TRAP_DELETED"]
    os.environ.setdefault("USED_SET_DEFAULT", "1")
    os.environ.pop("USED_POP", None)
    print(os.environ["USED_LAST"] == "1")
g = os.environ[KEY_A] + os.getenv(KEY_B) + os.environ.get(KEY_TWICE)
KEY_A = "USED_KEY_A"
KEY_B: str = 'USED_KEY_B'
KEY_TWICE = "TRAP_TWICE"
KEY_TWICE = "TRAP_TWICE_TOO"
KEY_MADE = "TRAP_" + a
h = os.environ[KEY_MADE]


class Settings(pydantic_settings.BaseSettings):
    """TRAP_DOC: str"""

    model_config = SettingsConfigDict(env_file=".env")
    token: str = Field(
        validation_alias="USED_ALIAS_OF_FIELD",
    )
    either: str = Field(alias=AliasChoices("USED_EITHER", "USED_OR"))
    TRAP_CLASS: ClassVar[str] = "x"

    @property
    def url(self) -> str:
        TRAP_LOCAL: str = ""
        return TRAP_LOCAL


trap_outside: str = "TRAP_OUTSIDE"
debug = envbool("USED_BOOL", "True") + get_int_from_env("USED_INT") + self.read_env("USED_METHOD")
option = click.option("--x", envvar="USED_CLICK") + click.option("--y", envvar=["USED_CLICK_LIST", "USED_CLICK_OTHER"])
monkeypatch.setenv("TRAP_SETENV", "1")
