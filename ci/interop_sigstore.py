"""Signing by an identity, Supply and cosign both ways, release files and images, through a private instance of the real
services (interop_services.py), with timestamps and each Rekor that runs. A part of ci/interop."""
import os
import shutil
import subprocess
import tempfile

import interop_services
from harness import IMAGES, PEERS, SUPPLY
from registry_servers import Registry


def blobs(cosign, instance, work, env, check):
    file, predicate = f"{work}/release.bin", os.path.join(PEERS, "provenance.json")
    with open(file, "wb") as out:
        out.write(os.urandom(50_000))
    slsa = ["--type", "slsaprovenance1"]
    for rekor in instance.rekors:
        for signer, verifier in ((SUPPLY, cosign), (cosign, SUPPLY)):
            names = [os.path.basename(signer), os.path.basename(verifier)]
            bundle = f"{work}/{names[0]}-{rekor}.sigstore.json"
            check(f"Rekor v{rekor}: {names[0]} sign-blob", True, [signer, "sign-blob", *instance.signing(rekor), "--bundle", bundle, file], env)
            check(f"Rekor v{rekor}: {names[1]} verify-blob", True,
                  [verifier, "verify-blob", *instance.verifying(), "--bundle", bundle, file], env)
            check(f"Rekor v{rekor}: {names[1]} verify-blob, other file", False,
                  [verifier, "verify-blob", *instance.verifying(), "--bundle", bundle, predicate], env)
            check(f"Rekor v{rekor}: {names[0]} attest-blob", True,
                  [signer, "attest-blob", *instance.signing(rekor), *slsa, "--predicate", predicate, "--bundle", bundle, file], env)
            check(f"Rekor v{rekor}: {names[1]} verify-blob-attestation", True,
                  [verifier, "verify-blob-attestation", *instance.verifying(), *slsa, "--bundle", bundle, file], env)


def images(cosign, instance, host, work, env, check):
    slsa = ["--type", "slsaprovenance1"]
    for rekor in instance.rekors:
        for signer, verifier in ((SUPPLY, cosign), (cosign, SUPPLY)):
            names = [os.path.basename(signer), os.path.basename(verifier)]
            layout, image = f"{work}/{names[0]}-{rekor}", f"{host}/keyless/{names[0]}-{rekor}:1"
            shutil.copytree(IMAGES, layout)
            check(f"Rekor v{rekor}: supply copy", True, [SUPPLY, "copy", f"oci:{layout}:debian", image], env)
            check(f"Rekor v{rekor}: {names[0]} sign", True, [signer, "sign", *instance.signing(rekor), image], env)
            check(f"Rekor v{rekor}: {names[1]} verify", True, [verifier, "verify", *instance.verifying(), image], env)
            check(f"Rekor v{rekor}: {names[0]} attest", True,
                  [signer, "attest", *instance.signing(rekor), *slsa, "--predicate", os.path.join(PEERS, "provenance.json"), image], env)
            check(f"Rekor v{rekor}: {names[1]} verify-attestation", True,
                  [verifier, "verify-attestation", *instance.verifying(), *slsa, image], env)


def first_form(cosign, instance, host, work, env, check):
    """Bundles of files as cosign 2 has them. Tags .sig and .att with certificate, chain, SET and timestamp in annotations; and as referrers of OCI 1.1."""
    old = [*instance.signing_by_urls(), "--use-signing-config=false", "--new-bundle-format=false"]
    slsa = ["--type", "slsaprovenance1"]
    file, bundle, stamp = os.path.join(PEERS, "provenance.json"), f"{work}/first.bundle", f"{work}/first.tsr"
    check("first form: cosign sign-blob", True, [cosign, "sign-blob", *old, "--bundle", bundle, "--rfc3161-timestamp", stamp, file], env)
    for more in ([], ["--use-signed-timestamps", "--rfc3161-timestamp", stamp]):
        check("first form: supply verify-blob " + " ".join(more[:1]), True,
              [SUPPLY, "verify-blob", *instance.verifying(), "--bundle", bundle, *more, file], env)
    check("first form: cosign attest-blob", True, [cosign, "attest-blob", *old, *slsa, "--predicate", file, "--bundle", bundle, file], env)
    check("first form: supply verify-blob-attestation", True,
          [SUPPLY, "verify-blob-attestation", *instance.verifying(), *slsa, "--bundle", bundle, file], env)
    for name, more, environment in (("tags", [], env),
                                    ("referrers", ["--registry-referrers-mode", "oci-1-1"], {**env, "COSIGN_EXPERIMENTAL": "1"})):
        layout, image = f"{work}/first-{name}", f"{host}/keyless/first-{name}:1"
        shutil.copytree(IMAGES, layout)
        check(f"first form, {name}: supply copy", True, [SUPPLY, "copy", f"oci:{layout}:debian", image], env)
        check(f"first form, {name}: cosign sign", True, [cosign, "sign", *old, *more, image], environment)
        check(f"first form, {name}: supply verify", True, [SUPPLY, "verify", *instance.verifying(), "--use-signed-timestamps", image], env)
        check(f"first form, {name}: cosign attest", True,
              [cosign, "attest", *old, *slsa, "--predicate", os.path.join(PEERS, "provenance.json"), image], env)
        check(f"first form, {name}: supply verify-attestation", True,
              [SUPPLY, "verify-attestation", *instance.verifying(), "--use-signed-timestamps", *slsa, image], env)
        check(f"first form, {name}: supply verify, another identity", False,
              [SUPPLY, "verify", *instance.verifying(), "--certificate-identity", "other@example.test", image], env)


def first_form_by_supply(cosign, instance, host, work, env, check):
    """What Supply writes under the tags .sig and .att, by an identity: cosign reads it where no bundle is attached."""
    layout, image, slsa = f"{work}/first-supply", f"{host}/keyless/first-supply:1", ["--type", "slsaprovenance1"]
    shutil.copytree(IMAGES, layout)
    check("first form by supply: copy", True, [SUPPLY, "copy", f"oci:{layout}:debian", image], env)
    check("first form by supply: sign", True, [SUPPLY, "sign", "--format", "legacy", *instance.signing(1), image], env)
    check("first form by supply: attest", True, [SUPPLY, "attest", "--format", "legacy", *instance.signing(1), *slsa, "--predicate",
                                                 os.path.join(PEERS, "provenance.json"), image], env)
    for program in (SUPPLY, cosign):
        name = "first form by supply: " + os.path.basename(program)
        check(f"{name} verify", True, [program, "verify", *instance.verifying(), image], env)
        check(f"{name} verify, with the timestamp", True, [program, "verify", *instance.verifying(), "--use-signed-timestamps", image], env)
        check(f"{name} verify-attestation", True, [program, "verify-attestation", *instance.verifying(), *slsa, image], env)
        check(f"{name} verify, another identity", False,
              [program, "verify", *instance.verifying(), "--certificate-identity", "other@example.test", image], env)


def sigstore_part(cosign, registry_program, environment, check, programs):
    """`programs` is where the services' programs are, or are built. Gives what was skipped."""
    services = interop_services.installed(programs, interop_services.MODULES)
    if services is None:
        return ["sigstore (the services need a Go toolchain)"]
    version_1 = interop_services.installed(programs, interop_services.MODULES_V1) if shutil.which("mariadbd") else None
    print("interop: cosign and Supply, both ways, through Fulcio, TesseraCT, a timestamp authority, Rekor v2" + (", Rekor v1" if version_1 else ""))
    with tempfile.TemporaryDirectory(prefix="supply-interop-") as work:
        env = environment(work)
        instance, registry = interop_services.Services(work, services, version_1), Registry(work, program=registry_program)
        try:
            blobs(cosign, instance, work, env, check)
            images(cosign, instance, registry.name, work, env, check)
            if 1 in instance.rekors:
                first_form(cosign, instance, registry.name, work, env, check)
                first_form_by_supply(cosign, instance, registry.name, work, env, check)
        finally:
            registry.stop()
            instance.stop()
    return [] if version_1 else ["Rekor v1 (needs Debian's mariadb-server-core and mariadb-client-core)"]
