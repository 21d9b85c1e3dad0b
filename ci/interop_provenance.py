"""Supply's verdicts beside slsa-verifier's, on its own test data: real provenance of slsa-github-generator, of npm, of
GitHub's attestations and of Google Cloud Build. The data is read in place from the Go module cache; nothing of it is in this repository.

Differences that are right are listed below, each with its reason. What only the log could answer is undecided (3) here,
where slsa-verifier asks the log: such a case is neither agreement nor difference, and counted.
"""
import base64
import glob
import json
import os
import subprocess

MODULE = "github.com/slsa-framework/slsa-verifier/v2@v2.6.0"
SOURCE = "github.com/slsa-framework/example-package"
OWN_BUILDER = "https://github.com/slsa-framework/example-trw/.github/workflows/builder_high-perms_slsa3.yml"
CLOUD_BUILD = "https://cloudbuild.googleapis.com/GoogleHostedWorker"
GENERATOR = "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/"
def module_directory():
    """The module's directory in the cache, downloaded if need be; None without Go."""
    try:
        told = subprocess.run(["go", "mod", "download", "-json", MODULE], capture_output=True, text=True, cwd="/")
        return json.loads(told.stdout)["Dir"] if told.returncode == 0 else None
    except FileNotFoundError:
        return None


def trusted_root(work):
    """The public-good root as npm's own copy of @sigstore/tuf carries it; None where there is no npm."""
    for seeds in glob.glob("/usr/lib/node_modules/npm/node_modules/@sigstore/tuf/seeds.json"):
        with open(seeds, encoding="utf-8") as text:
            targets = json.load(text)["https://tuf-repo-cdn.sigstore.dev"]["targets"]
        path = os.path.join(work, "trusted_root.json")
        with open(path, "wb") as out:
            out.write(base64.b64decode(targets["trusted_root.json"]))
        return path
    return None


# What is asked of every artifact whose name ends like the key: flags, and whether slsa-verifier's own tests say yes.
ASKED = {
    "-workflow_dispatch": [([], True), (["--source-branch", "main"], True), (["--source-branch", "master"], False),
                           (["--source-tag", "v1.2.3"], False), (["--source-versioned-tag", "v1"], False)],
    "-push-v13.0.30": [([], True), (["--source-tag", "v13.0.30"], True), (["--source-tag", "v13.0.29"], False),
                       (["--source-tag", "v13"], False), (["--source-versioned-tag", "v13.0.30"], True),
                       (["--source-versioned-tag", "v13.0"], True), (["--source-versioned-tag", "v13"], True),
                       (["--source-versioned-tag", "v2"], False), (["--source-versioned-tag", "v13.1"], False),
                       (["--source-versioned-tag", "v13.0.31"], False)],
    "-push-v14": [([], True), (["--source-tag", "v14"], True), (["--source-versioned-tag", "v14"], True),
                  (["--source-versioned-tag", "v14.0"], True), (["--source-versioned-tag", "v14.1"], False),
                  (["--source-versioned-tag", "v13"], False)],
    "-push-v14.2": [([], True), (["--source-versioned-tag", "v14.2"], True), (["--source-versioned-tag", "v14.2.1"], False),
                    (["--source-versioned-tag", "v14.3"], False)],
}
WRONG_SOURCES = ("github.com/slsa-framework/example-packageA", "github.com/slsa-framework/example-packag", "github.com/Aslsa-framework/example-package")


def provenance_of(artifact):
    for ending in (".intoto.jsonl", ".build.slsa", ".sigstore", ".intoto.sigstore"):
        if os.path.exists(artifact + ending):
            return artifact + ending
    return None


def signed_at_main(provenance):
    """Whether a bundle's certificate names the builder's workflow at its branch: no release, and so no builder."""
    with open(provenance, encoding="utf-8") as text:
        material = json.load(text).get("verificationMaterial", {})
    chain = material.get("x509CertificateChain", {}).get("certificates") or [material.get("certificate", {})]
    return b"_slsa3.yml@refs/heads/main" in base64.b64decode(chain[0].get("rawBytes", ""))


def cases(testdata):
    """(artifact, provenance, flags, expected)."""
    for path in sorted(glob.glob(os.path.join(testdata, "gha_*", "v*", "*"))):
        provenance = provenance_of(path)
        ending = next((e for e in ASKED if path.endswith(e)), None)
        if provenance is None or ending is None:
            continue
        # slsa-verifier's own tests name the builder that somebody brought, and let a few be at refs/heads/main.
        builder = ["--builder-id", OWN_BUILDER] if "gha_delegator" in path else []
        at_main = signed_at_main(provenance)
        for flags, expected in ASKED[ending]:
            yield path, provenance, ["--source-uri", SOURCE, *builder, *flags], expected and not at_main
        if builder:
            yield path, provenance, ["--source-uri", SOURCE], False
        for wrong in WRONG_SOURCES:
            yield path, provenance, ["--source-uri", wrong], False
        yield path, provenance, ["--source-uri", SOURCE, "--builder-id", GENERATOR + "not-trusted.yml"], False
    # npm's packages with what the registry answers for them, some with a signature that does not hold.
    for path in sorted(glob.glob(os.path.join(testdata, "npm", "gha", "*.tgz"))):
        yield path, path + ".json", ["--source-uri", "github.com/**"], "-invalidsig" not in path
        yield path, path + ".json", ["--source-uri", "github.com/**", "--package-name", "another"], False
    # GitHub's attestations by reusable workflows, and one by a workflow that names another's.
    for name in ("MODULE.bazel", "MODULE-wrong-signer.bazel", "rules_lint-v1.3.1.tar.gz"):
        path = os.path.join(testdata, "bcr", name)
        if not os.path.exists(path):  # of a later version than the proxy gives
            continue
        yield path, path + ".intoto.jsonl", ["--source-uri", "github.com/aspect-build/rules_lint"], "wrong" not in name
    # Images with what the container generator attached, as cosign saves them.
    for path in sorted(glob.glob(os.path.join(testdata, "gha_generic_container", "v*", "container_workflow_dispatch"))):
        for flags, expected in (([], True), (["--source-branch", "main"], True), (["--source-branch", "master"], False)):
            yield "oci:" + path, None, ["--source-uri", SOURCE, *flags], expected
        for wrong in WRONG_SOURCES:
            yield "oci:" + path, None, ["--source-uri", wrong], False
    # What gcloud prints of images.
    for path in sorted(glob.glob(os.path.join(testdata, "gcb_container", "v*", "*.json"))):
        name = os.path.basename(path)[len("gcloud-container-"):-len(".json")]
        digest = os.path.join(os.path.dirname(path), "gcloud-container-" + (name if name in ("gcs", "github-tag") else "github"))
        with open(digest + ".digest", encoding="utf-8") as text:
            image = "registry.example/app@" + text.read().strip()
        if name == "gcs":  # built from a bucket: Supply knows sources of git alone
            continue
        source = ["--source-uri", SOURCE if name == "github-tag" else "github.com/laurentsimon/gcb-tests"]
        yield image, path, source, name in ("github", "github-tag") or name.endswith("valid")
        yield image, path, [*source, "--builder-id", CLOUD_BUILD + "@v0.4"], False
        yield image, path, ["--source-uri", "github.com/laurentsimon/name"], False
        if name == "github-tag":
            for flags, expected in ((["--source-tag", "v33.0.4"], True), (["--source-tag", "v33.0.5"], False),
                                    (["--source-versioned-tag", "v33"], True), (["--source-versioned-tag", "v33.0"], True),
                                    (["--source-versioned-tag", "v33.1"], False), (["--builder-id", CLOUD_BUILD], True)):
                yield image, path, [*source, *flags], expected


def run(supply, root, artifact, provenance, flags):
    where = ["--provenance-path", provenance] if provenance else []
    command = [supply, "verify-provenance", "--json", "--trusted-root", root, *where, *flags, artifact]
    result = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL)
    return result.returncode, command, result


def verifier_says(program, artifact, provenance, flags):
    """slsa-verifier's own answer; None where it could not ask the log, or has no verb for the form."""
    if not provenance or "gha_" not in provenance:
        return None
    command = [program, "verify-artifact", artifact, "--provenance-path", provenance, *flags]
    result = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL)
    told = result.stderr.decode(errors="replace")
    if any(word in told for word in ("no such host", "connection refused", "timeout", "deadline exceeded", "tuf", "TUF")):
        return None
    return result.returncode == 0


def compare(supply, verifier, work):
    """Prints a table; returns (agreed, undecided, [differences]), or None where something is missing."""
    directory, root = module_directory(), trusted_root(work)
    if directory is None or root is None:
        return None
    table, differences = {}, []
    for artifact, provenance, flags, expected in cases(os.path.join(directory, "cli", "slsa-verifier", "testdata")):
        code, command, result = run(supply, root, artifact, provenance, flags)
        kind = os.path.relpath(provenance or artifact.removeprefix("oci:"), directory).split(os.sep)[3]
        theirs = verifier_says(verifier, artifact, provenance, flags) if verifier else None
        expected = expected if theirs is None else theirs
        row = table.setdefault(kind, {"yes": 0, "no": 0, "undecided": 0, "differ": 0})
        if code == 3:
            row["undecided"] += 1
        elif (code in (0, 1) and (code == 0) == expected) or (code == 4 and not expected):  # 4: no JSON
            row["yes" if expected else "no"] += 1
        else:
            row["differ"] += 1
            differences.append((code, expected, command, result))
    print(f"  {'test data':22} {'both yes':>9} {'both no':>9} {'undecided':>10} {'differ':>7}")
    for kind, row in table.items():
        print(f"  {kind:22} {row['yes']:9} {row['no']:9} {row['undecided']:10} {row['differ']:7}")
    return sum(r["yes"] + r["no"] for r in table.values()), sum(r["undecided"] for r in table.values()), differences
