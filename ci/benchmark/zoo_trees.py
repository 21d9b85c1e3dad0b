#!/usr/bin/env python3
"""A second, small zoo: trees that package managers of this machine fill, with other packages than make-image's zoo, as an
OCI layout with what each manager says of its own.

    ci/benchmark/zoo_trees.py OUT

Writes OUT/image (tag app) and OUT/truth.json, as `make-image OUT zoo` does, for zoo.py. Needs neither root nor a Debian root;
what a manager or its registry does not give is said and left out. Takes one to three minutes.
"""
import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

PIP = ["django==5.0.6", "celery[redis]==5.4.0", "sqlalchemy", "ruamel.yaml", "zope.component", "jaraco.text", "attrs", "cryptography"]
NPM = ["fastify@4", "webpack@5", "eslint@8", "lodash-es", "resolve@1", "core-js@3", "yarn@1", "mylodash@npm:lodash@4"]
MAVEN = ["org.springframework.boot:spring-boot-starter-web:3.2.5", "org.apache.kafka:kafka-clients:3.7.0",
         "org.hibernate.orm:hibernate-core:6.4.4.Final", "com.squareup.okhttp3:okhttp:4.12.0", "io.grpc:grpc-netty-shaded:1.63.0",
         "junit:junit:4.13.2", "org.apache.lucene:lucene-core:9.10.0", "com.h2database:h2:2.2.224", "org.clojure:clojure:1.11.3",
         "com.typesafe.akka:akka-actor_2.13:2.6.21", "org.postgresql:postgresql:42.7.3", "dom4j:dom4j:1.6.1"]
GO = ["github.com/google/go-licenses@v1.6.0", "github.com/mikefarah/yq/v4@v4.44.3"]


def run(*command, cwd=None, env=None):
    return subprocess.run(command, cwd=cwd, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=True).stdout


def pip(root, _):
    run("/usr/bin/python3", "-m", "venv", f"{root}/opt/venv")
    inside = [f"{root}/opt/venv/bin/python", "-m", "pip", "--disable-pip-version-check"]
    run(*inside, "install", "--quiet", *PIP)
    return "pypi", "opt/venv/", [(p["name"], p["version"]) for p in json.loads(run(*inside, "list", "--format", "json"))]


def npm(root, _):
    app = f"{root}/srv/app"
    os.makedirs(app)
    with open(f"{app}/package.json", "w", encoding="ascii") as out:
        json.dump({"name": "app", "version": "1.0.0", "private": True}, out)
    run("npm", "install", "--prefix", app, "--no-audit", "--no-fund", "--ignore-scripts", *NPM)
    with open(f"{app}/node_modules/.package-lock.json", encoding="utf-8") as lock:
        packages = json.load(lock)["packages"]
    # What is installed under another name says its own.
    return "npm", "srv/app/node_modules/", [(p.get("name") or path.rpartition("node_modules/")[2], p["version"])
                                           for path, p in packages.items() if os.path.isdir(f"{app}/{path}")]


def maven(root, work):
    dependencies = "".join("<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency>".format(*d.split(":"))
                           for d in MAVEN)
    with open(f"{work}/pom.xml", "w", encoding="ascii") as out:
        out.write('<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>org.example</groupId>'
                  f"<artifactId>app</artifactId><version>1</version><dependencies>{dependencies}</dependencies></project>\n")
    run("mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={root}/opt/java", cwd=work)
    listed = re.findall(r"^\[INFO\] +(\S+):(\S+):jar:(?:\S+:)?(\S+):\w+", run("mvn", "-B", "dependency:list", cwd=work), re.MULTILINE)
    return "maven", "opt/java/", [(f"{group}/{artifact}", version) for group, artifact, version in listed]


def go(root, _):
    packages = []
    for each in GO:
        run("go", "install", each, env={"GOBIN": f"{root}/usr/local/bin", "CGO_ENABLED": "0"})
    for name in os.listdir(f"{root}/usr/local/bin"):
        text = run("go", "version", "-m", f"{root}/usr/local/bin/{name}")
        packages.append(("stdlib", re.search(r": go(\S+)", text)[1]))
        packages += [tuple(row.split("\t")[2:4]) for row in text.splitlines() if re.match(r"\t(mod|dep)\t", row)]
    return "golang", "usr/local/bin/", packages


def gem(root, work):
    for name, version in (("zoo-alpha", "1.2.3"), ("zoo_beta", "0.9.0.pre1")):
        with open(f"{work}/{name}.gemspec", "w", encoding="ascii") as out:
            out.write(f'Gem::Specification.new {{ |s| s.name = "{name}"; s.version = "{version}"; s.summary = "x"; s.authors = ["A"]; '
                      's.license = "MIT"; s.files = [] }\n')
        run("gem", "build", f"{name}.gemspec", cwd=work)
        run("gem", "install", "--local", "--no-document", "--install-dir", f"{root}/opt/gems", f"{name}-{version}.gem", cwd=work)
    listed = run("gem", "list", "--local", env={"GEM_HOME": f"{root}/opt/gems", "GEM_PATH": f"{root}/opt/gems"})
    rows = re.findall(r"^(\S+) \(([^)]*)\)", listed, re.MULTILINE)
    return "gem", "opt/gems/", [(name, v) for name, versions in rows for v in versions.split(", ") if not v.startswith("default")]


def composer(root, work):
    for name in ("acme/alpha", "acme/beta"):
        os.makedirs(f"{work}/{name}")
        with open(f"{work}/{name}/composer.json", "w", encoding="ascii") as out:
            json.dump({"name": name, "version": "2.1.0", "license": "MIT"}, out)
    os.makedirs(f"{root}/srv/php")
    with open(f"{root}/srv/php/composer.json", "w", encoding="ascii") as out:
        json.dump({"name": "acme/app", "require": {"acme/alpha": "*", "acme/beta": "*"},
                   "repositories": [{"type": "path", "url": f"{work}/acme/*", "options": {"symlink": False}}, {"packagist.org": False}]}, out)
    inside = ["composer", "--no-interaction", "-d", f"{root}/srv/php"]
    env = {"COMPOSER_ALLOW_SUPERUSER": "1", "COMPOSER_HOME": f"{work}/home"}
    run(*inside, "install", "--quiet", env=env)
    listed = json.loads(run(*inside, "show", "--format=json", env=env))["installed"]
    return "composer", "srv/php/", [(p["name"], p["version"]) for p in listed]


def luarocks(root, work):
    with open(f"{work}/zoo.lua", "w", encoding="ascii") as out:
        out.write("return {}\n")
    with open(f"{work}/zootree-3.0-1.rockspec", "w", encoding="ascii") as out:
        out.write(f'package = "zootree"\nversion = "3.0-1"\nsource = {{ url = "file://{work}" }}\n'
                  'build = { type = "builtin", modules = { zoo = "zoo.lua" } }\n')
    run("luarocks", "--tree", f"{root}/opt/rocks", "make", "zootree-3.0-1.rockspec", cwd=work)
    rows = [line.split("\t") for line in run("luarocks", "--tree", f"{root}/opt/rocks", "list", "--porcelain").splitlines()]
    return "luarocks", "opt/rocks/", [tuple(row[:2]) for row in rows if root in row[-1]]


MANAGERS = {pip: "python3", npm: "npm", maven: "mvn", go: "go", gem: "gem", composer: "composer", luarocks: "luarocks"}


def write_layout(root, out):
    """One layer, not compressed."""
    blobs = f"{out}/blobs/sha256"
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(blobs)

    def put(path, kind):
        with open(path, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.rename(path, f"{blobs}/{digest}")
        return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": f"sha256:{digest}", "size": os.path.getsize(f"{blobs}/{digest}")}

    def put_json(value, kind):
        with open(f"{out}/part", "w", encoding="ascii") as file:
            json.dump(value, file)
        return put(f"{out}/part", kind)

    run("tar", "--sort=name", "--numeric-owner", "--owner=0", "--group=0", "--mtime=@1700000000", "-C", root, "-cf", f"{out}/part", ".")
    layer = put(f"{out}/part", "layer.v1.tar")
    config = put_json({"architecture": "amd64", "os": "linux", "created": "2024-01-01T00:00:00Z", "config": {},
                       "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]}}, "config.v1+json")
    manifest = put_json({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config,
                         "layers": [layer]}, "manifest.v1+json")
    manifest["annotations"] = {"org.opencontainers.image.ref.name": "app"}
    for name, value in (("oci-layout", {"imageLayoutVersion": "1.0.0"}), ("index.json", {"schemaVersion": 2, "manifests": [manifest]})):
        with open(f"{out}/{name}", "w", encoding="ascii") as file:
            json.dump(value, file)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    out = os.path.abspath(parser.parse_args().out)
    os.makedirs(out, exist_ok=True)
    truth, missing = [], []
    with tempfile.TemporaryDirectory(dir=out) as scratch:
        root = f"{scratch}/root"
        os.makedirs(root)
        for manager, program in MANAGERS.items():
            name = manager.__name__
            os.makedirs(f"{scratch}/{name}")
            try:
                if shutil.which(program) is None:
                    raise FileNotFoundError(f"no {program}")
                kind, scope, packages = manager(root, f"{scratch}/{name}")
            except (OSError, subprocess.CalledProcessError) as fault:
                missing.append(name)
                print(f"zoo_trees: left out: {name}: {fault}: {getattr(fault, 'stderr', '') or ''}"[:600], file=sys.stderr)
                continue
            truth.append({"name": name, "type": kind, "scope": scope, "packages": sorted(set(packages))})
        write_layout(root, f"{out}/image")
    with open(f"{out}/truth.json", "w", encoding="utf-8") as file:
        json.dump(truth, file, indent=1)
    print(f"zoo_trees: not in the zoo: {', '.join(missing) or 'nothing is missing'}", file=sys.stderr)


if __name__ == "__main__":
    main()
