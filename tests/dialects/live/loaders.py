"""Which loaders there are, how each is asked, and its version."""

import glob
import json
import os
import shutil
import subprocess

import install

HERE = os.path.dirname(os.path.abspath(__file__))

# What every load begins with.
FIRST = {
    b"PATH": b"/usr/bin:/bin",
    b"HOME": b"/home/probe",
    b"LANG": b"C.UTF-8",
    b"TZ": b"UTC",
    b"PROC_SET": b"from-process",
    b"PROC_EMPTY": b"",
    b"PROC_DOLLAR": b"a$PROC_SET",
    b"PROC_QUOTE": b'"q"',
    b"PROC_CMD": b"$(echo hi)",
}


class Loader:
    """One loader: `needs` is a path that is there if it is installed, `slow` is how much longer an answer takes."""

    def __init__(self, source, needs, command, version, slow=1):
        self.source, self.needs, self.make, self.version, self.slow = source, needs, command, version, slow
        # Whether it can be given several files.
        self.takes_layers = True

    def is_there(self):
        return os.path.exists(self.needs)

    def command(self, folder, start, end):
        """The arguments, the environment and the folder of a process that answers for the files from start to end."""
        return self.make(folder, str(start), str(end))


def first(**more):
    return {**FIRST, **{key.encode(): value.encode() for key, value in more.items()}}


def output(*argv, **options):
    done = subprocess.run(argv, capture_output=True, text=True, **options)
    return (done.stdout or done.stderr).strip().split("\n")[0]


# JavaScript

NPM = install.path("npm/node_modules")
PROBE = json.dumps({key.decode(): value.decode() for key, value in FIRST.items()})


def node(version):
    return install.path(f"npm/node_modules/node-{version}/bin/node")


def npm_version(*packages):
    def version():
        read = lambda name: json.load(open(os.path.join(NPM, name, "package.json")))["version"]
        return "npm " + " + ".join(f"{package.split('@npm')[0]} {read(name)}" for package, name in packages)

    return version


def javascript(name, *packages, engine="26", driver=None, slow=1):
    def command(folder, start, end):
        argv = [node(engine), os.path.join(HERE, "javascript.cjs"), driver or name, NPM, folder, start, end]
        return argv, {"PROBE": PROBE}, None

    return Loader("npm", node(engine) if not packages else os.path.join(NPM, packages[0][1]), command, npm_version(*packages), slow)


def node_itself(engine, driver="node"):
    loader = javascript("node", engine=engine, driver=driver)
    loader.version = lambda: "Node " + output(node(engine), "--version").lstrip("v")
    return loader


def each(make, **options):
    """A process for each file, started by shell.py."""

    def command(folder, start, end):
        return ["python3", os.path.join(HERE, "each.py"), json.dumps(make), folder, start, end], first(**options), "/"

    return command


# Python


def python(package, folder):
    base = install.path("python/" + folder)

    def version():
        names = glob.glob(os.path.join(base, "*.dist-info"))
        return "PyPI " + " ".join(os.path.basename(names[0]).split(".dist")[0].rsplit("-", 1))

    def command(cases, start, end):
        return [install.PYTHON, os.path.join(HERE, "python.py"), package, cases, start, end], first(PYTHONPATH=base), None

    return Loader("PyPI", base, command, version)


# What Debian has, in a tree of its own


def debian(package, *argv, slow=1, inside="/live/", needs="live", version=None):
    """A driver that runs inside of the tree, as nobody."""

    def command(folder, start, end):
        cases = "/" + os.path.relpath(folder, install.TREE)
        filled = [part if not part.startswith("@") else inside + part[1:] for part in argv]
        pairs = [key.decode() + "=" + value.decode() for key, value in FIRST.items()]
        return ["chroot", "--userspec=65534:65534", install.TREE, "/usr/bin/env", "-i", *pairs, *filled, cases, start, end], None, None

    version = version or (lambda: install.debian_version(*package.split()))
    return Loader("Debian", os.path.join(install.TREE, needs), command, version, slow)


def go_of_clone(name, package, title):
    """A Go program whose library is of a clone, and the packages that it needs besides are of Debian."""
    version = lambda: f"{title} " + open(os.path.join(install.TREE, f"live/{name}.version")).read().strip()
    return debian(package, "@ask-" + name, needs="live/ask-" + name, version=version)


def debian_each(package, name):
    loader = debian(package, "/usr/bin/python3", "@shell.py", name)
    loader.slow = 20 if name == "kubectl" else 4
    return loader


def podman():
    def command(folder, start, end):
        return [install.PYTHON, os.path.join(HERE, "podman.py"), install.TREE, folder, start, end], FIRST, None

    return Loader("Debian", os.path.join(install.TREE, "usr/bin/podman"), command, lambda: install.debian_version("podman"), slow=20)


def php(loader, packages, older=None):
    """A PHP library; `older` names the folder of a release before."""
    options = [part for option in ("extension=ctype", "extension=mbstring", "variables_order=EGPCS") for part in ("-d", option)]
    archives = {"archives": older} if older else {}
    made = debian(
        packages, "/usr/bin/php8.4", *options, "@php.php", f"/older/{older}" if older else "", loader,
        needs=f"older/{older}" if older else "live", version=lambda: install.debian_version(*packages.split(), **archives),
    )
    return made


def rust(name, version):
    def command(folder, start, end):
        return [install.path("rust/target/debug/ask-rust"), name, folder, start, end], FIRST, None

    return Loader("crates.io", install.path("rust/target/debug/ask-rust"), command, lambda: version)


def java(name, main, title):
    folder = install.path("java/" + name)

    def command(cases, start, end):
        return ["java", "-XX:+UseSerialGC", "-cp", folder + "/classes", main, cases, start, end], FIRST, None

    def version():
        with open(folder + "/version") as file:
            return title + " " + file.read().strip().lstrip("v")

    return Loader("a clone" if title else "the JDK", folder + "/classes", command, version if title else lambda: output("java", "-version"))


def runner():
    folder = install.path("runner")

    def command(cases, start, end):
        return [shutil.which("mono") or "mono", folder + "/ask.exe", cases, start, end], FIRST, None

    return Loader("a clone", folder + "/ask.exe", command, lambda: "runner of GitHub Actions " + open(folder + "/version").read() + " (SetEnvFileCommand, compiled with mono)")


def bun(package):
    program = os.path.join(NPM, package, "bin/bun")
    argv = [program, "--no-install", "--env-file=FILE", os.path.join(HERE, "dump.cjs")]
    return Loader("npm", program, each(argv, NO_COLOR="1"), lambda: "Bun " + output(program, "--version"), slow=4)


DENO = os.path.join(NPM, "@deno/linux-x64-glibc/deno")
ENV_CMD = os.path.join(NPM, "env-cmd/bin/env-cmd.js")
UV = install.path("python/uv/bin/uv")
JUST = install.path("python/just/bin/just")

LOADERS = {
    "dotenv": javascript("dotenv", ("dotenv", "dotenv-18")),
    "dotenv-override": javascript("dotenv-override", ("dotenv", "dotenv-18")),
    "dotenv-fast": javascript("dotenv-fast", ("dotenv", "dotenv-18")),
    "dotenv-17": javascript("dotenv-17", ("dotenv", "dotenv-17")),
    "dotenv-16": javascript("dotenv-16", ("dotenv", "dotenv-16")),
    "dotenv-15": javascript("dotenv-15", ("dotenv", "dotenv-15")),
    "dotenv-14": javascript("dotenv-14", ("dotenv", "dotenv-14")),
    "dotenv-8": javascript("dotenv-8", ("dotenv", "dotenv-8")),
    "dotenv-10": javascript("dotenv-10", ("dotenv", "dotenv-10")),
    "dotenv-expand-10": javascript("dotenv-expand-10", ("dotenv-expand", "dotenv-expand-10"), ("dotenv", "dotenv-16")),
    "dotenv-expand-11": javascript("dotenv-expand-11", ("dotenv-expand", "dotenv-expand-11"), ("dotenv", "dotenv-16")),
    "dotenv-expand-5": javascript("dotenv-expand-5", ("dotenv-expand", "dotenv-expand-5"), ("dotenv", "dotenv-10")),
    "dotenv-expand-12": javascript("dotenv-expand-12", ("dotenv-expand", "dotenv-expand-12"), ("dotenv", "dotenv-17")),
    "dotenv-expand-13": javascript("dotenv-expand-13", ("dotenv-expand", "dotenv-expand-13"), ("dotenv", "dotenv-17")),
    "dotenv-expand-1000": javascript("dotenv-expand-1000", ("dotenv-expand", "dotenv-expand-1000"), ("dotenv", "dotenv-18"), slow=2),
    "dotenvx": javascript("dotenvx", ("@dotenvx/dotenvx", "@dotenvx/dotenvx"), slow=2),
    "dotenvx-1": javascript("dotenvx-1", ("@dotenvx/dotenvx", "dotenvx-1"), slow=2),
    "node": node_itself("26"),
    "node-24": node_itself("24"),
    "node-22": node_itself("22"),
    "node-20": node_itself("20"),
    "node-parseEnv": node_itself("26", "node-parseEnv"),
    "vite": javascript("vite-8", ("vite", "vite-8")),
    "vite-7": javascript("vite-7", ("vite", "vite-7")),
    "vite-6": javascript("vite-6", ("vite", "vite-6")),
    "vite-5": javascript("vite-5", ("vite", "vite-5")),
    "next": javascript("next", ("@next/env", "@next/env")),
    "next-15": javascript("next-15", ("@next/env", "next-env-15")),
    "next-14": javascript("next-14", ("@next/env", "next-env-14")),
    "nuxt": javascript("nuxt", ("c12", "c12")),
    "expo": javascript("expo", ("@expo/env", "@expo/env")),
    "bun": bun("@oven/bun-linux-x64"),
    "bun-1.3": bun("bun-1.3"),
    "bun-1.1": bun("bun-1.1"),
    "deno": Loader(
        "npm", DENO, each([DENO, "run", "--no-config", "--allow-env", "--env-file=FILE", os.path.join(HERE, "dump.cjs")], NO_COLOR="1", DENO_DIR="/tmp/deno", DENO_NO_UPDATE_CHECK="1"),
        lambda: output(DENO, "--version"), slow=20,
    ),
    "python-dotenv": python("python-dotenv", "python-dotenv-1.2"),
    "python-dotenv-1.1.1": python("python-dotenv", "python-dotenv-1.1"),
    "python-dotenv-1.0.1": python("python-dotenv", "python-dotenv-1.0"),
    "python-dotenv-0.21": python("python-dotenv", "python-dotenv-0.21"),
    "python-dotenv-0.15": python("python-dotenv", "python-dotenv-0.15"),
    "python-dotenv-override": python("python-dotenv-override", "python-dotenv-1.2"),
    "python-decouple": python("python-decouple", "python-decouple"),
    "honcho": python("honcho", "honcho"),
    "django-environ": python("django-environ", "django-environ-0.14"),
    "django-environ-0.9": python("django-environ", "django-environ-0.9"),
    "ruby-dotenv": debian("ruby-dotenv ruby3.3", "/usr/bin/ruby3.3", "@ruby.rb", "load"),
    "ruby-dotenv-override": debian("ruby-dotenv ruby3.3", "/usr/bin/ruby3.3", "@ruby.rb", "overload"),
    "godotenv": debian("golang-github-joho-godotenv-dev", "@ask-godotenv"),
    "compose": debian("golang-github-compose-spec-compose-go-dev", "@ask-compose"),
    "compose-5": go_of_clone("compose-5", "golang-github-compose-spec-compose-go-dev", "compose-go"),
    "gotenv": go_of_clone("gotenv", "golang-golang-x-text-dev", "gotenv"),
    "docker-run": debian("docker-cli", "/usr/bin/python3", "@docker.py", slow=20),
    "podman": podman(),
    "foreman": debian("ruby-foreman ruby3.3", "/usr/bin/ruby3.3", "@ruby.rb", "foreman"),
    "systemd": debian("libsystemd-shared", "/usr/bin/python3", "@systemd.py"),
    "bash": debian_each("bash", "bash"),
    "dash": debian_each("dash", "dash"),
    "zsh": debian_each("zsh", "zsh"),
    "bash-xargs": debian_each("bash grep findutils coreutils", "bash-xargs"),
    "bash-xargs-cat": debian_each("bash findutils coreutils", "bash-xargs-cat"),
    "make-include": debian_each("make", "make-include"),
    "direnv": debian_each("direnv", "direnv"),
    "kubectl": debian_each("kubernetes-client", "kubectl"),
    "phpdotenv": php("phpdotenv", "php-vlucas-phpdotenv php8.4-cli"),
    "symfony": php("symfony", "php-symfony-dotenv php-symfony-process php8.4-cli"),
    "symfony-6": php("symfony", "php-symfony-dotenv php-symfony-process", older="symfony-6"),
    "symfony-5": php("symfony", "php-symfony-dotenv php-symfony-process", older="symfony-5"),
    "dotenv-java": java("dotenv", "ask.AskDotenv", "dotenv-java"),
    "quarkus": java("properties", "ask.AskProperties", None),
    "spring-boot": java("spring", "org.springframework.boot.env.AskSpring", "Spring Boot"),
    "dotenvy": rust("dotenvy", "crate dotenvy 0.15.7"),
    "dotenvy-override": rust("dotenvy-override", "crate dotenvy 0.15.7"),
    "dotenv-rs-0.15": rust("dotenv", "crate dotenv 0.15.0"),
    "env-cmd": Loader("npm", ENV_CMD, each([node("26"), ENV_CMD, "-f", "FILE", "/usr/bin/env", "-0"]), npm_version(("env-cmd", "env-cmd")), slow=20),
    "uv": Loader("PyPI", UV, each([UV, "run", "--no-project", "--no-config", "-q", "--env-file=FILE", "--", "/usr/bin/env", "-0"], UV_CACHE_DIR="/tmp/uv", UV_PYTHON=install.PYTHON), lambda: output(UV, "--version"), slow=20),
    "just": Loader("PyPI", JUST, each([JUST, "--justfile", os.path.join(HERE, "justfile"), "--dotenv-path", "FILE"]), lambda: output(JUST, "--version"), slow=20),
}
LOADERS["github-env"] = runner()
LOADERS["node-foreman"] = javascript("node-foreman", ("foreman", "foreman"))
for name in ("dotenv-java", "env-cmd", "just", "kubectl", "python-decouple", "quarkus", "spring-boot"):
    LOADERS[name].takes_layers = False
