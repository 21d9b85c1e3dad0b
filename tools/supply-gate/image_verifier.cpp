#include "tools/supply-gate/image_verifier.hpp"

#include <unistd.h>

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/gate/image_decision.hpp"
#include "libsupply/verdict/gate/policy_file.hpp"
#include "tools/common/collect_image.hpp"
#include "tools/common/input.hpp"
#include "tools/common/program.hpp"

namespace supply::tools {
namespace {

constexpr const char* kPolicyFile = "/etc/supply/policy.yaml";
constexpr std::string_view kDescriptorType = "application/vnd.oci.descriptor.v1+json";

struct Asked {
  std::string name, digest, media_type;
};

Result<Asked> arguments(int argc, const char* const* argv) {
  Asked asked;
  std::map<std::string_view, std::string*> known{
      {"-name", &asked.name}, {"-digest", &asked.digest}, {"-stdin-media-type", &asked.media_type}};
  for (int i = 1; i < argc; i += 2) {
    const auto found = known.find(argv[i]);
    if (found == known.end() || i + 1 == argc)
      return Error(ErrorCode::usage, "argument " + quote(argv[i]) + " is not one of a verifier");
    *found->second = argv[i + 1];
    known.erase(found);
  }
  if (asked.name.empty() || asked.digest.empty()) return Error(ErrorCode::usage, "a verifier needs -name and -digest");
  return asked;
}

// The descriptor on standard input must be of the image that is asked about.
Status check_descriptor(const Asked& asked) {
  if (asked.media_type != kDescriptorType)
    return Error(ErrorCode::unsupported,
                 "standard input of type " + quote(asked.media_type) + "; want " + std::string(kDescriptorType));
  SUPPLY_TRY(const std::string text, read_input("-", "standard input", kMaxManifestBytes));
  SUPPLY_TRY(const json::Value descriptor, json::parse(text).at("descriptor"));
  SUPPLY_TRY(const std::string digest, json::require_string(descriptor, "digest").at("descriptor"));
  if (digest != asked.digest) return Error(ErrorCode::mismatch, "the descriptor's digest is not -digest");
  return {};
}

// "" where the image may run, else why not.
Result<std::string> reason_against(const Asked& asked) {
  SUPPLY_TRY(check_descriptor(asked));
  SUPPLY_TRY(const policy::Policy policy, gate::read_policy(kPolicyFile));
  Common common;
  common.deadline = "8s";  // containerd ends a verifier after 10 s, and then nobody says why
  Console console("supply-gate");
  console.set_talk(Talk::quiet);
  Stores stores(common, console);
  Budget budget;
  gate::Options options;
  options.now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::string name = "registry:" + asked.name.substr(0, asked.name.find('@')) + "@" + asked.digest;
  SUPPLY_TRY(const policy::Facts facts, collect_image(name, policy, options, stores, budget));
  if (facts.digest.to_string() != asked.digest) return Error(ErrorCode::mismatch, "the registry has another digest");
  const gate::Decision decision = gate::decide(facts, policy);
  if (decision.verdict == gate::Verdict::allow) return std::string();
  return gate::reason_of(decision);
}

}  // namespace

bool is_verifier_call(int argc, const char* const* argv) { return argc > 1 && std::string_view(argv[1]) == "-name"; }

int verify_image(int argc, const char* const* argv) {
  begin_process("refused: could not be found out", STDOUT_FILENO);  // where containerd looks for the reason
  Console console("supply-gate");
  const auto answer = [&](const std::string& text, int code) {
    console.print(escape_for_terminal(text) + "\n");
    return console.finish() ? code : 1;
  };
  const Result<Asked> asked = arguments(argc, argv);
  if (!asked) return answer("refused: " + std::string(asked.error().message()), 1);
  const Result<std::string> reason = reason_against(*asked);
  if (!reason) return answer("refused: could not be found out: " + std::string(reason.error().message()), 1);
  if (!reason->empty()) return answer("refused: " + *reason, 1);
  return answer("allowed by " + std::string(kPolicyFile), 0);
}

}  // namespace supply::tools
