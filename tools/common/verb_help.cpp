#include "tools/common/verb_help.hpp"

#include <array>

namespace supply::tools {
namespace {

// Where a verb's image, file and key come from is told by its options: the examples show the usual ways.
struct Entry {
  std::string_view words, yes, no;  // what 0 and 1 mean; no "no": the verb answers no question
  bool registries;
  std::array<std::string_view, 2> examples;
};

constexpr std::string_view kDone = "done", kNone = {};

constexpr Entry kEntries[] = {
    {"inspect",
     "shown, and with --verify everything holds",
     kNone,
     true,
     {"inspect registry.example.org/app:1.0", "inspect --verify oci:build/app:1.0"}},
    {"copy",
     kDone,
     kNone,
     true,
     {"copy registry.example.org/app:1.0 oci:build/app:1.0",
      "copy docker-archive:app.tar registry.example.org/app:1.0"}},
    {"tags", kDone, kNone, true, {"tags registry.example.org/app", "tags --json oci:build/app"}},
    {"tag", kDone, kNone, true, {"tag registry.example.org/app:1.0 stable", "tag oci:build/app:1.0 latest"}},
    {"delete", kDone, kNone, true, {"delete registry.example.org/app:old", "delete oci:build/app:old"}},
    {"login",
     kDone,
     kNone,
     true,
     {"login --username ci registry.example.org", "login --username ci --password-stdin registry.example.org < token"}},
    {"logout", kDone, kNone, true, {"logout registry.example.org", "logout docker.io"}},
    {"sbom",
     "written",
     kNone,
     true,
     {"sbom -o spdx-json=app.spdx.json registry.example.org/app:1.0",
      "sbom -o purls --platform linux/arm64 oci:build/app:1.0"}},
    {"sbom check",
     "the attached SBOM is what the image holds",
     "it is not, or there is none",
     true,
     {"sbom check --key release.pub registry.example.org/app:1.0", "sbom check oci:build/app:1.0"}},
    {"sbom convert",
     "written",
     kNone,
     true,
     {"sbom convert ./app.spdx.json -o cyclonedx-json=app.cdx.json", "sbom convert ./app.syft.json -o spdx-json"}},
    {"sbom lint",
     "the document states all that the profile asks for",
     "it does not",
     true,
     {"sbom lint --profile ntia ./app.spdx.json", "sbom lint --profile cisa registry.example.org/app:1.0"}},
    {"sbom merge",
     "written",
     kNone,
     true,
     {"sbom merge ./amd64.spdx.json ./arm64.spdx.json -o spdx-json=app.spdx.json",
      "sbom merge --name shop registry.example.org/web:1.0 registry.example.org/api:1.0 -o cyclonedx-json"}},
    {"sbom diff",
     "compared, whatever differs",
     kNone,
     true,
     {"sbom diff ./old.spdx.json ./new.spdx.json", "sbom diff sbom:app.spdx.json registry.example.org/app:1.0"}},
    {"pins check",
     "every pin holds",
     "a pin does not hold, or something is not pinned",
     false,
     {"pins check", "pins check Dockerfile requirements.txt"}},
    {"cache prune", kDone, kNone, false, {"cache prune", "cache prune --all --cache build/cache"}},
    {"base check",
     "the image is built on that base",
     "it is not",
     true,
     {"base check --base debian:12 registry.example.org/app:1.0",
      "base check --dockerfile Dockerfile oci:build/app:1.0"}},
    {"key generate",
     kDone,
     kNone,
     false,
     {"key generate --output-key-prefix release", "key generate --type ed25519 --output-key-prefix ci"}},
    {"key public", kDone, kNone, false, {"key public --key release.key", "key public --key env://RELEASE_KEY"}},
    {"key import",
     kDone,
     kNone,
     false,
     {"key import --key old.pem", "key import --key old.pem --output-key-prefix release"}},
    {"key inspect", kDone, kNone, false, {"key inspect --key release.pub", "key inspect --json --key release.key"}},
    {"sign",
     "signed",
     kNone,
     true,
     {"sign --key release.key registry.example.org/app:1.0",
      "sign --key env://RELEASE_KEY -a env=prod oci:build/app:1.0"}},
    {"attest",
     "attested",
     kNone,
     true,
     {"attest --key release.key --type spdxjson --predicate app.spdx.json registry.example.org/app:1.0",
      "attest --key release.key --type custom --predicate - oci:build/app:1.0 < facts.json"}},
    {"provenance",
     "written or attached",
     kNone,
     true,
     {"provenance --attest --key release.key registry.example.org/app:1.0",
      "provenance --attest --key release.key ./app-1.0.tar.gz"}},
    {"release",
     "attached, and the gate allows the image",
     "the gate denies it",
     true,
     {"release --key release.key --policy policy.yaml registry.example.org/app:1.0",
      "release --key release.key --policy policy.yaml --judge-first registry.example.org/app:1.0"}},
    {"verify",
     "signed as asked, on every platform",
     "not signed as asked",
     true,
     {"verify --key release.pub registry.example.org/app:1.0",
      "verify --key release.pub -a env=prod oci:build/app:1.0"}},
    {"verify-attestation",
     "attested as asked, on every platform",
     "not attested as asked",
     true,
     {"verify-attestation --key release.pub --type spdxjson registry.example.org/app:1.0",
      "verify-attestation --key release.pub --type slsaprovenance1 oci:build/app:1.0"}},
    {"download signature",
     "printed",
     kNone,
     true,
     {"download signature registry.example.org/app:1.0", "download signature oci:build/app:1.0"}},
    {"download attestation",
     "printed",
     kNone,
     true,
     {"download attestation registry.example.org/app:1.0", "download attestation oci:build/app:1.0"}},
    {"download sbom",
     "printed",
     kNone,
     true,
     {"download sbom registry.example.org/app:1.0", "download sbom oci:build/app:1.0 > app.spdx.json"}},
    {"gate",
     "the policy allows every image",
     "it denies one",
     true,
     {"gate --policy policy.yaml registry.example.org/app:1.0",
      "gate --policy policy.yaml -o junit=gate.xml -o text registry.example.org/app:1.0 oci:build/app:1.0"}},
    {"sign-blob",
     "signed",
     kNone,
     false,
     {"sign-blob --key release.key app-1.0.tar.gz",
      "sign-blob --key release.key --bundle app.sigstore.json app-1.0.tar.gz"}},
    {"verify-blob",
     "signed as asked",
     "not signed as asked",
     false,
     {"verify-blob --key release.pub --bundle app.sigstore.json app-1.0.tar.gz",
      "verify-blob --certificate-identity me@example.org --certificate-oidc-issuer https://accounts.example.org "
      "--trusted-root trusted_root.json app-1.0.tar.gz"}},
    {"attest-blob",
     "attested",
     kNone,
     false,
     {"attest-blob --key release.key --type slsaprovenance1 --predicate facts.json app-1.0.tar.gz",
      "attest-blob --key release.key --type custom --predicate - app-1.0.tar.gz < facts.json"}},
    {"verify-blob-attestation",
     "attested as asked",
     "not attested as asked",
     false,
     {"verify-blob-attestation --key release.pub --type slsaprovenance1 app-1.0.tar.gz",
      "verify-blob-attestation --key release.pub --type custom --bundle app.sigstore.json app-1.0.tar.gz"}},
    {"version", "printed", kNone, false, {"version", "version --json"}},
    {"completion", "printed", kNone, false, {"completion bash", "completion fish"}},
    {"manual", "printed", kNone, false, {"manual", "manual verify"}},
};

}  // namespace

VerbHelp verb_help(std::string_view program, std::string_view words) {
  for (const Entry& entry : kEntries) {
    if (entry.words != words) continue;
    std::string text = "Exit codes:\n  0   " + std::string(entry.yes) + '\n';
    if (!entry.no.empty()) text += "  1   " + std::string(entry.no) + '\n';
    text +=
        "  2   the command, a configuration or a key is wrong\n"
        "  3   could not find out: not there, not reachable, in a form that is not read\n"
        "  4   damaged, or over a limit\n"
        "  70  a fault of this program\n\nExamples:\n";
    for (const std::string_view example : entry.examples)
      text += "  " + std::string(program) + ' ' + std::string(example) + '\n';
    return {std::move(text), entry.registries};
  }
  return {};
}

}  // namespace supply::tools
