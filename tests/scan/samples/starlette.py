from starlette.config import Config
from dotenv import dotenv_values
config = Config(".env")
debug = config("USED_STARLETTE", cast=bool, default=False)
values = dotenv_values(".env")
a = values["USED_VALUES"] or values.get("USED_VALUES_TOO") or other["TRAP_VALUES"]
