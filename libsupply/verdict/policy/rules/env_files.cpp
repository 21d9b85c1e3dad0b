// No .env file (files: no_env_files).
#include "libsupply/verdict/policy/internal/file_rule.hpp"

namespace supply::policy::rules {

namespace {

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  static constexpr std::string_view kExpected = "no .env file";
  static constexpr std::string_view kRemedy =
      "add .env to .dockerignore, and give the values when the container starts";
  return judge_files({"env_files", {"env"}, kExpected, kRemedy}, facts, policy, asks, asked);
}

constexpr std::string_view kGuide =
    R"md(No `.env` file (`.env`, `.env.local`, `.env.production` and the like; `.env.example`, `.env.sample` and `.env.template`
are none) in any layer. `{allow: [patterns]}` leaves out paths, without a leading `/`. A finding's id is the path.)md";

}  // namespace

const Rule& env_files() {
  static constexpr Rule rule{.id = "env_files",
                             .title = "no .env file",
                             .denied = "a .env file",
                             .member = "files.no_env_files",
                             .schema = kFileSchema,
                             .guide = kGuide,
                             .parse = read_file_part,
                             .needs = needs_files,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules
