import os
a = os.environ[name], os.getenv(name), os.getenv("TRAP_" + name), dict(os.environ)
class Settings(BaseSettings):
    _trap: str
