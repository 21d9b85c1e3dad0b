// Nothing that everybody may write (files: no_world_writable).
#include "libsupply/verdict/policy/internal/file_rule.hpp"

namespace supply::policy::rules {

namespace {

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  static constexpr std::string_view kExpected =
      "no file or directory that everybody may write (but /tmp and the like, with the sticky bit)";
  static constexpr std::string_view kRemedy = "chmod o-w";
  return judge_files({"world_writable", {"world-writable"}, kExpected, kRemedy}, facts, policy, asks, asked);
}

constexpr std::string_view kGuide =
    R"md(No regular file, and no directory without the sticky bit, may be written by everybody. `{allow: [patterns]}` leaves out
paths, without a leading `/`. A finding's id is the path.)md";

}  // namespace

const Rule& world_writable() {
  static constexpr Rule rule{.id = "world_writable",
                             .title = "nothing that everybody may write",
                             .denied = "files that everybody may write",
                             .member = "files.no_world_writable",
                             .schema = kFileSchema,
                             .guide = kGuide,
                             .parse = read_file_part,
                             .needs = needs_files,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules
