#include "libsupply/verdict/policy/internal/file_rule.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "libsupply/base/text/text.hpp"

namespace supply::policy {

ParsedPart read_file_part(const PolicyNode& node, const PolicyScope&) {
  FilePart part;
  if (!node.is_mapping()) {
    SUPPLY_TRY(const bool asked, node.flag());
    return asked ? part_of(std::move(part)) : no_part();
  }
  SUPPLY_TRY(node.only({"allow"}));
  SUPPLY_TRY(const PolicyNode allow, node.require("allow"));
  SUPPLY_TRY(part.allow, read_patterns(allow));
  for (const std::string& pattern : part.allow)
    if (pattern.starts_with('/')) return allow.error(fmt::format("{}: write it without the leading /", quote(pattern)));
  return part_of(std::move(part));
}

Ruling judge_files(const FileRule& rule, const Facts& facts, const Policy& policy, const Asks& asks,
                   const RulePart& asked) {
  const FilePart& part = as<FilePart>(asked);
  Rulings rulings(rule.rule, facts, policy, asks);
  for (const PlatformFacts& platform : facts.platforms) {
    const std::string subject = subject_of(platform), expected(rule.expected);
    if (!platform.files) {
      rulings.undecided({subject, expected, "the files were not read", "", ""}, "not-read");
      continue;
    }
    bool found = false;
    for (const FileFact& file : *platform.files) {
      if (std::find(rule.kinds.begin(), rule.kinds.end(), file.kind) == rule.kinds.end()) continue;
      if (std::any_of(part.allow.begin(), part.allow.end(),
                      [&](const std::string& pattern) { return glob_match(pattern, file.path); }))
        continue;
      found = true;
      rulings.denied({subject, expected,
                      fmt::format("{}{}{}", file.path, file.detail.empty() ? "" : ": " + file.detail,
                                  file.removed ? "; a later layer removes it, and the image has it all the same" : ""),
                      file.layer ? file.layer->to_string() : "", std::string(rule.remedy), file.path},
                     file.kind);
    }
    if (!found) rulings.satisfied({subject, expected, "none", platform.manifest.to_string(), ""});
  }
  return std::move(rulings).finish();
}

}  // namespace supply::policy
