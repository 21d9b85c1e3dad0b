#include <CLI/CLI.hpp>

#include "tools/common/program.hpp"
#include "tools/supply/verbs.hpp"

int main(int argc, char** argv) {
  using namespace supply::tools;
  return program(
      "supply", "Attests, signs, verifies and gates container images", argc, argv,
      {add_inspect, add_sbom, add_pins, add_base, add_key, add_sign, add_verify, add_attest, add_verify_attestation,
       add_blob, add_download, add_login, add_copy, add_tags, add_provenance, add_release, add_gate, add_version});
}
