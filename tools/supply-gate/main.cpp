// The program for where images are deployed: it judges, and has no code that could sign.
#include "tools/common/program.hpp"
#include "tools/supply-gate/image_verifier.hpp"
#include "tools/supply/verbs.hpp"

int main(int argc, char** argv) {
  using namespace supply::tools;
  if (is_verifier_call(argc, argv)) return verify_image(argc, argv);
  return program(
      {"supply-gate",
       "Verifies and gates container images; holds no code that signs",
       {{"Verify and decide", {add_verify, add_verify_attestation, add_gate}}, {"This program", {add_version}}}},
      argc, argv);
}
