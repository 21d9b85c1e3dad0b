// No compiler left in the image (files: no_compilers).
#include "libsupply/verdict/policy/internal/file_rule.hpp"

namespace supply::policy::rules {

namespace {

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  static constexpr std::string_view kExpected = "no compiler or linker";
  static constexpr std::string_view kRemedy = "build in another stage, and copy only the result";
  return judge_files({"compilers", {"compiler"}, kExpected, kRemedy}, facts, policy, asks, asked);
}

constexpr std::string_view kGuide =
    R"md(No compiler, assembler, linker or make (gcc, clang, go, rustc, javac, ld and the like) lies in a directory of programs.
`{allow: [patterns]}` leaves out paths, without a leading `/`. A finding's id is the path.)md";

}  // namespace

const Rule& compilers() {
  static constexpr Rule rule{.id = "compilers",
                             .title = "no compiler left in the image",
                             .denied = "a compiler left in the image",
                             .member = "files.no_compilers",
                             .schema = kFileSchema,
                             .guide = kGuide,
                             .parse = read_file_part,
                             .needs = needs_files,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules
