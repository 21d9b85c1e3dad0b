// No private key (files: no_private_keys).
#include "libsupply/verdict/policy/internal/file_rule.hpp"

namespace supply::policy::rules {

namespace {

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  static constexpr std::string_view kExpected = "no private key in any layer";
  static constexpr std::string_view kRemedy = "take it out of the image, and make another key: this one is known";
  return judge_files({"private_keys", {"private-key"}, kExpected, kRemedy}, facts, policy, asks, asked);
}

constexpr std::string_view kGuide =
    R"md(No file in any layer begins as a private key does (PEM or OpenSSH, encrypted or not). Keys that lie in the tests of a
package are found too: allow their paths. `{allow: [patterns]}` leaves out paths, without a leading `/`. A finding's id
is the path.)md";

}  // namespace

const Rule& private_keys() {
  static constexpr Rule rule{.id = "private_keys",
                             .title = "no private key",
                             .denied = "a private key",
                             .member = "files.no_private_keys",
                             .schema = kFileSchema,
                             .guide = kGuide,
                             .parse = read_file_part,
                             .needs = needs_files,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules
