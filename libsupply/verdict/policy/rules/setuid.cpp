// No file with setuid or setgid (files: no_setuid).
#include "libsupply/verdict/policy/internal/file_rule.hpp"

namespace supply::policy::rules {

namespace {

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  static constexpr std::string_view kExpected = "no setuid or setgid file";
  static constexpr std::string_view kRemedy = "take the bit away (chmod a-s), or the file";
  return judge_files({"setuid", {"setuid"}, kExpected, kRemedy}, facts, policy, asks, asked);
}

constexpr std::string_view kGuide =
    R"md(No regular file has the setuid or setgid bit, which makes who runs it somebody else. `{allow: [patterns]}` leaves out
paths, without a leading `/`. A finding's id is the path.)md";

}  // namespace

const Rule& setuid() {
  static constexpr Rule rule{.id = "setuid",
                             .title = "no file with setuid or setgid",
                             .denied = "setuid or setgid files",
                             .member = "files.no_setuid",
                             .schema = kFileSchema,
                             .guide = kGuide,
                             .parse = read_file_part,
                             .needs = needs_files,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules
