#!/usr/bin/env python3
"""Recall and precision of Supply's SBOM on the zoo, by ecosystem, against what the package managers say themselves.

    ci/benchmark/make-image DIR zoo        once, as root; or ci/benchmark/zoo_trees.py DIR
    ci/benchmark/zoo.py DIR [--json FILE] [--syft PROGRAM]

syft's figures stand beside where a syft is on PATH, or --syft. Exits 1 when Supply misses a package that a manager says is there.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
SUPPLY = os.path.join(os.path.dirname(os.path.dirname(HERE)), "build", "release", "supply")


def of_purl(purl):
    """(type, namespace/name, version) of a package URL."""
    found = re.fullmatch(r"pkg:([^/]+)/([^@?#]+)(?:@([^?#]*))?(?:\?[^#]*)?(?:#.*)?", purl)
    kind, name, version = found.groups()
    return kind, urllib.parse.unquote(name), urllib.parse.unquote(version or "")


def name_in(kind, name):
    """A name as a manager says it, in the form of purls, without the distribution's namespace."""
    if kind == "pypi":
        return re.sub(r"[-_.]+", "-", name).lower()
    if kind in ("deb", "rpm", "alpm", "pear"):
        return name.rpartition("/")[2].lower()
    return name


def found_by_supply(layout):
    text = subprocess.run([SUPPLY, "sbom", "--quiet", "--no-cache", f"oci:{layout}:app"], capture_output=True, check=True).stdout
    for package in json.loads(text)["packages"]:
        for ref in package.get("externalRefs", []):
            place = re.match(r"found in: (.*?)(?:; layer: |$)", package.get("comment", ""))
            if ref["referenceType"] == "purl" and place:
                yield ref["referenceLocator"], place[1]


def found_by_syft(syft, layout):
    env = {**os.environ, "SYFT_CHECK_FOR_APP_UPDATE": "false"}
    text = subprocess.run([syft, "-q", "-o", "json", f"oci-dir:{layout}"], capture_output=True, check=True, env=env).stdout
    for package in json.loads(text)["artifacts"]:
        if package.get("purl") and package.get("locations"):
            yield package["purl"], package["locations"][0]["path"].lstrip("/")


def counts(entry, found):
    kind = entry["type"]
    wanted = {(name_in(kind, name), version) for name, version in entry["packages"]}
    got = set()
    for purl, place in found:
        one, name, version = of_purl(purl)
        if one == kind and place.startswith(entry["scope"]):
            got.add((name_in(kind, name), version))
        elif kind == "maven" and one == "generic" and place.startswith(entry["scope"]) and place.endswith(".jar"):
            # A jar that does not say its group: the artifact and version are found, and no group is invented.
            got.update(each for each in wanted if each == (each[0].rpartition("/")[0] + "/" + name, version))
    return wanted, got


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("directory")
    parser.add_argument("--json")
    parser.add_argument("--syft", default=shutil.which("syft"))
    options = parser.parse_args()
    layout = os.path.join(options.directory, "image")
    with open(os.path.join(options.directory, "truth.json"), encoding="utf-8") as file:
        truth = json.load(file)
    tools = {"supply": list(found_by_supply(layout))}
    if options.syft:
        tools["syft"] = list(found_by_syft(options.syft, layout))
    print(f"{'manager':10} {'packages':>8}" + "".join(f"  {tool + ' recall':>14} {'precision':>9}" for tool in tools))
    rows, missed = [], 0
    for entry in truth:
        row = f"{entry['name']:10} {len(entry['packages']):8}"
        for tool, found in tools.items():
            wanted, got = counts(entry, found)
            recall, precision = len(wanted & got) / len(wanted), len(wanted & got) / len(got) if got else 0.0
            row += f"  {recall:14.1%} {precision:9.1%}"
            rows.append({"manager": entry["name"], "tool": tool, "packages": len(wanted), "recall": recall, "precision": precision})
            if tool == "supply":
                missed += len(wanted - got)
                missing, more = sorted(wanted - got), sorted(got - wanted)
        print(row)
        for word, some in (("missed", missing), ("not said by the manager", more)):
            for name, version in some[:20]:
                print(f"{'':10} {word}: {name} {version}")
    if "syft" not in tools:
        print("syft: not on PATH, so nothing stands beside")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(rows, file, indent=1)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
