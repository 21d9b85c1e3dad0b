// No package manager left in the image (files: no_package_managers).
#include "libsupply/verdict/policy/internal/file_rule.hpp"

namespace supply::policy::rules {

namespace {

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  static constexpr std::string_view kExpected = "no package manager";
  static constexpr std::string_view kRemedy =
      "remove it in the last stage of the build, or begin from an image without";
  return judge_files({"package_managers", {"package-manager"}, kExpected, kRemedy}, facts, policy, asks, asked);
}

constexpr std::string_view kGuide =
    R"md(No program of a package manager (apt, apk, dnf, rpm, pip, npm, gem and the like) lies in a directory of programs: what
runs in the container could install more. `{allow: [patterns]}` leaves out paths, without a leading `/`. A finding's id
is the path.)md";

}  // namespace

const Rule& package_managers() {
  static constexpr Rule rule{.id = "package_managers",
                             .title = "no package manager left in the image",
                             .denied = "a package manager left in the image",
                             .member = "files.no_package_managers",
                             .schema = kFileSchema,
                             .guide = kGuide,
                             .parse = read_file_part,
                             .needs = needs_files,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules
