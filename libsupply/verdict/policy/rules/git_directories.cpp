// No .git directory (files: no_git).
#include "libsupply/verdict/policy/internal/file_rule.hpp"

namespace supply::policy::rules {

namespace {

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  static constexpr std::string_view kExpected = "no .git directory: it holds the history of the source";
  static constexpr std::string_view kRemedy = "add .git to .dockerignore";
  return judge_files({"git_directories", {"git"}, kExpected, kRemedy}, facts, policy, asks, asked);
}

constexpr std::string_view kGuide =
    R"md(No `.git` directory in any layer: it holds the whole history of the source, and often credentials. `{allow: [patterns]}`
leaves out paths, without a leading `/`. A finding's id is the path.)md";

}  // namespace

const Rule& git_directories() {
  static constexpr Rule rule{.id = "git_directories",
                             .title = "no .git directory",
                             .denied = "a .git directory",
                             .member = "files.no_git",
                             .schema = kFileSchema,
                             .guide = kGuide,
                             .parse = read_file_part,
                             .needs = needs_files,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules
