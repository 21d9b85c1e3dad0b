// No file with setuid, setgid or capabilities (files: no_setuid).
#include "libsupply/verdict/policy/internal/file_rule.hpp"

namespace supply::policy::rules {

namespace {

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  static constexpr std::string_view kExpected = "no file with setuid, setgid or capabilities";
  static constexpr std::string_view kRemedy = "take the bit away (chmod a-s; setcap -r), or the file";
  return judge_files({"setuid", {"setuid"}, kExpected, kRemedy}, facts, policy, asks, asked);
}

constexpr std::string_view kGuide =
    R"md(No regular file has the setuid or setgid bit, which makes who runs it somebody else, or capabilities of its own
(`security.capability`, as `setcap` writes them), which give who runs it a part of root's power; the finding names them. `{allow: [patterns]}` leaves out
paths, without a leading `/`. A finding's id is the path.)md";

}  // namespace

const Rule& setuid() {
  static constexpr Rule rule{.id = "setuid",
                             .title = "no file with setuid, setgid or capabilities",
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
