"""No document or lock file under 10 MB, and no image of packages that name each other, costs more than the goal, 20 s of a
processor and 1 GB of memory; what would is refused (exit 4), and nothing is a fault of Supply's own (70) or kills it.

What is tried: very many small things, and one long text that very many things name (COSTS_SHOW prints the figures,
COSTS_ONLY takes a part of a shape's name, COSTS_FACTOR is for builds with sanitizers; all as in test_costs.py).
"""
import io
import json
import os
import shutil
import unittest
import zipfile

from harness import SUPPLY, Case
from test_costs import CPU_SECONDS, FACTOR, MEGABYTES, SBOM, Image, entry, measured, one_layer

MOST_INPUT = 10_000_000
LONG = "1" + "0" * 1_000_000
SPDX = ('{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"a","dataLicense":"CC0-1.0","documentNamespace":"https://a/b",'
        '"creationInfo":{"created":"2024-01-01T00:00:00Z","creators":["Tool: a"]},')
CYCLONEDX = '{"bomFormat":"CycloneDX","specVersion":"1.6",'
SPDX3 = ('{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[{"type":"CreationInfo","@id":"_:c","specVersion":"3.0.1",'
         '"created":"2024-01-01T00:00:00Z","createdBy":["a:p"]},{"type":"Person","spdxId":"a:p","creationInfo":"_:c","name":"p"},'
         '{"type":"SpdxDocument","spdxId":"a:d","creationInfo":"_:c","rootElement":["a:0"]},')


def filled(head, one, tail, separator=",", most=9_900_000):
    """As many of one(i) between head and tail as there is room for."""
    parts, size = [], len(head) + len(tail)
    while size < most:
        parts.append(one(len(parts)))
        size += len(parts[-1]) + len(separator)
    return head + separator.join(parts[:-1]) + tail


def each(pattern, count, separator=","):
    return separator.join(pattern % i for i in range(count))


def spdx_packages(_):
    return filled(SPDX + '"packages":[', lambda i: '{"SPDXID":"SPDXRef-%x","name":"a"}' % i, "]}")


def cyclonedx_components(_):
    return filled(CYCLONEDX + '"components":[', lambda _: '{"type":"library","name":"a"}', "]}")


def cyclonedx_with_purls(_):
    return filled(CYCLONEDX + '"components":[', lambda i: '{"type":"library","bom-ref":"%x","name":"a","purl":"pkg:npm/a@%d"}' % (i, i), "]}")


def cyclonedx_nested(_):
    one = '{"type":"library","name":"a","components":[' * 40 + '{"type":"library","name":"b"}' + "]}" * 40
    return filled(CYCLONEDX + '"components":[', lambda _: one, "]}")


def tag_values(_):
    head = ("SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: a\nDocumentNamespace: https://a/b\n"
            "Creator: Tool: a\nCreated: 2024-01-01T00:00:00Z\n")
    return filled(head, lambda i: "PackageName: a\nSPDXID: SPDXRef-%x\n" % i, "", "\n")


def spdx3_relationships(_):
    return (SPDX3 + each('{"type":"software_Package","spdxId":"a:x%x","creationInfo":"_:c","name":"a"}', 3_000) +
            ',{"type":"Relationship","spdxId":"a:r","creationInfo":"_:c","from":"a:x0","to":[' +
            ",".join('"a:x%x"' % (i % 3_000) for i in range(1_000_000)) + '],"relationshipType":"dependsOn"}]}')


def spdx3_one_comment(_):
    return (SPDX3 + '{"type":"software_Package","spdxId":"a:0","creationInfo":"_:c","name":"a"},{"type":"Relationship","spdxId":"a:r",'
            '"creationInfo":"_:c","from":"a:0","comment":"%s","to":[%s],"relationshipType":"dependsOn"}]}' % (LONG, ",".join(['"a:0"'] * 100_000)))


def spdx3_one_supplier(_):
    return (SPDX3 + '{"type":"Organization","spdxId":"a:o","creationInfo":"_:c","name":"%s"},' % LONG +
            each('{"type":"software_Package","spdxId":"a:x%x","creationInfo":"_:c","name":"a","suppliedBy":"a:o"}', 20_000) + "]}")


def spdx_one_dependency(_):
    return (SPDX + '"packages":[{"SPDXID":"SPDXRef-a","name":"%s"},' % LONG + each('{"SPDXID":"SPDXRef-%d","name":"p"}', 20_000) +
            '],"relationships":[' + each('{"spdxElementId":"SPDXRef-%d","relatedSpdxElement":"SPDXRef-a","relationshipType":"DEPENDS_ON"}', 20_000) + "]}")


def spdx_one_license(_):
    return (SPDX + '"hasExtractedLicensingInfos":[{"licenseId":"LicenseRef-a","extractedText":"%s"}],"packages":[' % LONG +
            each('{"SPDXID":"SPDXRef-%d","name":"p","licenseDeclared":"LicenseRef-a"}', 20_000) + "]}")


def cyclonedx_one_dependency(_):
    return (CYCLONEDX + '"components":[{"type":"library","bom-ref":"a","name":"%s"},' % LONG + each('{"type":"library","bom-ref":"%d","name":"p"}', 20_000) +
            '],"dependencies":[' + each('{"ref":"%d","dependsOn":["a"]}', 20_000) + "]}")


def cyclonedx_one_dependant(_):
    return (CYCLONEDX + '"components":[{"type":"library","bom-ref":"%s","name":"a"},' % LONG + each('{"type":"library","bom-ref":"%d","name":"p"}', 20_000) +
            '],"dependencies":[{"ref":"%s","dependsOn":[' % LONG + each('"%d"', 20_000) + "]}]}")


DOCUMENTS = [spdx_packages, cyclonedx_components, cyclonedx_with_purls, cyclonedx_nested, tag_values, spdx3_relationships, spdx3_one_comment,
             spdx3_one_supplier, spdx_one_dependency, spdx_one_license, cyclonedx_one_dependency, cyclonedx_one_dependant]

# ------------------------------------------------------------------------------------ lock files: name -> text

LOCKS = {
    "cargo_versions": lambda: {"Cargo.lock": "version = 3\n" + each(
        '[[package]]\nname = "a"\nversion = "1.0.%d"\ndependencies = ["a 1.0.1", "a 1.0.3"]', 99_000, "\n")},
    "deno_versions": lambda: {"deno.lock": '{"version":"5","npm":{%s}}' % each('"a@1.0.%d":{"dependencies":["a@1.0.1_b@1"]}', 99_000)},
    "uv_versions": lambda: {"uv.lock": "version = 1\n" + each(
        '[[package]]\nname = "a"\nversion = "1.0.%d"\ndependencies = [{name = "a", version = "1.0.1"}]', 99_000, "\n")},
    "npm_one_version": lambda: {"package-lock.json": '{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"%s"},' % LONG + each(
        '"node_modules/p%d":{"version":"1","dependencies":{"a":"1"}}', 20_000) + "}}"},
    "long_json_name": lambda: {"composer.lock": '{"packages":[],"%s":[%s]}' % ("k" * 100_000, ",".join("1" * 1_000_000))},
    "long_nuget_framework": lambda: {"packages.lock.json": '{"version":1,"dependencies":{"%s":{%s}}}' % (
        "k" * 3_000_000, each('"a%d":{"type":"Direct","resolved":"1"}', 99_000))},
    "long_yaml_key": lambda: {"pnpm-lock.yaml": "lockfileVersion: '9.0'\n? %s\n: [%s]\n" % ("k" * 1_000_000, ",".join("1" * 190_000))},
    "many_files": lambda: {f"d{n}/requirements.txt": "".join(f"a{n}_{i}==1\n" for i in range(99_000)) for n in range(6)},
}


# --------------------------------------------------------------------------------- images: packages that name one

def npm(name, version, *needs):
    return entry(f"node_modules/{name}/package.json", json.dumps({"name": name, "version": version, "dependencies": dict.fromkeys(needs, "1")}))


def wheel(name, version, *needs):
    return entry(f"lib/python3/site-packages/{name}-1.dist-info/METADATA",
                 f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n" + "".join(f"Requires-Dist: {need}\n" for need in needs))


def named_by_many(make):
    return lambda image, _: one_layer(image, make("a", LONG) + b"".join(make(f"p{i}", "1", "a") for i in range(20_000)), SBOM)


def one_version_of_npm(image, rng):
    return named_by_many(npm)(image, rng)


def one_version_of_python(image, rng):
    return named_by_many(wheel)(image, rng)


def written_documents(image, _):
    body = b"".join(entry(f"var/lib/dpkg/status.d/p{i}", f"Package: p{i}\nVersion: 1\nArchitecture: amd64\nDepends: p{i + 1}\n") for i in range(150_000))
    return one_layer(image, body, *(("sbom", "-o", form + "=/dev/null") for form in ("spdx3-json", "spdx-json", "cyclonedx-json", "spdx-tag-value")))


def caches_of_conan(image, _):
    return one_layer(image, b"".join(entry(f"c{i}/p/cache.sqlite3") + entry(f"d/{i}/p/conaninfo.txt") for i in range(60_000)), SBOM)


def poms(image, _):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/maven/a/b/pom.xml", "<project><groupId>a</groupId><artifactId>b</artifactId><version>1</version>" + "<x/>" * 190_000 + "</project>")
    return one_layer(image, b"".join(entry(f"l/a{i}.jar", data.getvalue()) for i in range(2_000)), SBOM)


# ---------------------------------------------------------- deployments: as many pairs of workloads and others as may be

def pods(count, more=""):
    return "".join("---\napiVersion: v1\nkind: Pod\nmetadata: {name: p%d, namespace: x, labels: {a: b}}\nspec: {containers: [{name: c, image: a%s}]}\n" %
                   (i, more) for i in range(count))


def objects(kind, version, spec, count):
    return "".join("---\napiVersion: %s\nkind: %s\nmetadata: {name: k%d, namespace: x}\nspec: %s\n" %
                   (version, kind, i, spec.replace("%d", str(i))) for i in range(count))


def services(count, text, more=""):
    return "services:\n" + "".join(f"  s{i}: {{image: 'a:{i}', {text.replace('%d', str(i))}}}\n" for i in range(count)) + more


DEPLOYMENTS = {
    "authorization_policies": lambda: pods(2_400) + objects(
        "AuthorizationPolicy", "security.istio.io/v1",
        '{selector: {matchLabels: {a: "b%d"}}, action: ALLOW, rules: [{from: [{source: {principals: ["a/b/%d"]}}]}]}', 9_900),
    "peer_authentications": lambda: pods(2_400) + objects(
        "PeerAuthentication", "security.istio.io/v1", '{mtls: {mode: STRICT}, selector: {matchLabels: {a: "b%d"}}}', 9_900),
    "limit_ranges": lambda: pods(2_400) + objects("LimitRange", "v1", "{limits: []}", 9_900),
    "config_maps": lambda: pods(2_400, ", envFrom: [{configMapRef: {name: c}}]") + objects("ConfigMap", "v1", "{}", 9_900),
    "network_policies": lambda: pods(2_400) + objects(
        "NetworkPolicy", "networking.k8s.io/v1", "{podSelector: {matchLabels: {a: b%d}}, ingress: [{from: [{podSelector: {matchLabels: {a: c}}}]}]}", 9_900),
    "services_alike": lambda: services(3_000, "volumes: ['/var/run/d%d:/x'], ports: ['%d:5432'], secrets: [x]", "secrets: {x: {external: true}}\n"),
    "networks": lambda: services(2_900, "networks: [n%d], volumes: ['v%d:/x']", "".join(
        f"{what}:\n" + "".join(f"  {what[0]}{i}: {{}}\n" for i in range(2_900)) for what in ("networks", "volumes"))),
    "too_many_pods": lambda: pods(19_000),
    "too_many_services": lambda: services(60_000, "depends_on: [s0]"),
}

IMAGES = [one_version_of_npm, one_version_of_python, written_documents, caches_of_conan, poms]


class DocumentCosts(Case):
    def within_the_goal(self, name, size, *command):
        self.assertLess(size, MOST_INPUT, f"{name}: not a small input")
        code, cpu, megabytes, said = measured([SUPPLY, *command])
        what = f"{name}, {size >> 10} KiB: {' '.join(command)[:60]}: exit {code}, {cpu} s, {megabytes:.0f} MB: {said[:300].strip()}"
        if os.environ.get("COSTS_SHOW"):
            print(what, flush=True)
        with self.subTest(shape=name, verb=command[0]):
            self.assertIn(code, (0, 1, 2, 3, 4), what)
            self.assertLess(cpu, CPU_SECONDS * FACTOR, what)
            self.assertLess(megabytes, MEGABYTES * FACTOR, what)

    def chosen(self, name):
        return os.environ.get("COSTS_ONLY", "") in name

    def test_no_sbom_under_10_mb_costs_more_than_the_goal(self):
        for shape in DOCUMENTS:
            if not self.chosen(shape.__name__):
                continue
            path = self.path("document")
            with open(path, "w", encoding="ascii") as out:
                size = out.write(shape(None))
            for verb in (("lint",), ("convert", "-o", "cyclonedx-json=/dev/null"), ("convert", "-o", "spdx3-json=/dev/null"),
                         ("merge", "-o", "spdx-json=/dev/null", "sbom:" + path), ("diff", "sbom:" + path)):
                self.within_the_goal(shape.__name__, size, "sbom", *verb, "sbom:" + path)

    def test_no_deployment_under_10_mb_costs_more_than_the_goal(self):
        for name, make in DEPLOYMENTS.items():
            if self.chosen(name):
                path = self.write("deployment.yaml", make())
                self.within_the_goal(name, os.path.getsize(path), "dashboard", path, "-o", "json=/dev/null")

    def test_no_lock_files_under_10_mb_cost_more_than_the_goal(self):
        for name, make in LOCKS.items():
            if not self.chosen(name):
                continue
            directory, size = self.path("tree"), 0
            for path, text in make().items():
                os.makedirs(os.path.dirname(os.path.join(directory, path)), exist_ok=True)
                with open(os.path.join(directory, path), "w", encoding="ascii") as out:
                    size += out.write(text)
            for form in ("purls", "spdx3-json"):
                self.within_the_goal(name, size, "sbom", "-o", form + "=/dev/null", "dir:" + directory)
            shutil.rmtree(directory)

    def test_no_image_of_packages_that_name_each_other_costs_more_than_the_goal(self):
        for shape in IMAGES:
            if not self.chosen(shape.__name__):
                continue
            directory = self.path("input")
            image = Image(directory)
            for verb in shape(image, None):
                self.within_the_goal(shape.__name__, image.bytes, *verb, "oci:" + directory + ":t")
            shutil.rmtree(directory)


if __name__ == "__main__":
    unittest.main()
