#include "tools/common/program.hpp"
#include "tools/supply/verbs.hpp"

int main(int argc, char** argv) {
  using namespace supply::tools;
  return program({"supply",
                  "Attests, signs, verifies and gates container images",
                  {{"Images", {add_inspect, add_copy, add_tags, add_login}},
                   {"What is in them", {add_sbom, add_pins, add_base}},
                   {"Sign and attest", {add_key, add_sign, add_attest, add_provenance, add_release}},
                   {"Verify and decide",
                    {add_verify, add_verify_attestation, add_verify_provenance, add_verify_blob, add_download,
                     add_trust, add_gate, add_gate_cases, add_gate_record, add_gate_serve, add_policy, add_dashboard}},
                   {"Release files", {add_blob}},
                   {"This program", {add_cache, add_version}}}},
                 argc, argv);
}
