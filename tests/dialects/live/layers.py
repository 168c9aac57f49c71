"""The files of a case, from low to high precedence: names for which Vite, Next, Bun and Symfony have the same order."""

import os

NAMES = [".env", ".env.local", ".env.production.local"]


def of(cases, number):
    files = [os.path.join(cases, str(number), name) for name in NAMES]
    return [file for file in files if os.path.exists(file)]
