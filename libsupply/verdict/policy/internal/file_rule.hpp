// The rules about files in an image: each denies the files of its kinds, but for paths that the policy allows.
#pragma once

#include <initializer_list>
#include <string_view>

#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy {

struct FilePart : RulePart {
  std::vector<std::string> allow;  ///< patterns of paths, without a leading '/': `*` is any run without '/'
};

/// `true`, or {allow: [patterns]}. Errors: usage.
ParsedPart read_file_part(const PolicyNode& node, const PolicyScope& scope);
inline void needs_files(const RulePart&, Needs& needs) { needs.files = true; }

struct FileRule {
  std::string_view rule;
  std::initializer_list<std::string_view> kinds;  ///< FileFact::kind
  std::string_view expected, remedy;
};
/// A finding's id is the file's path.
Ruling judge_files(const FileRule& rule, const Facts& facts, const Policy& policy, const Asks& asks,
                   const RulePart& asked);

inline constexpr std::string_view kFileSchema = R"({"anyOf": [
  {"type": "boolean"},
  {"type": "object", "additionalProperties": false, "required": ["allow"],
   "properties": {"allow": {"description": "Paths that may be there, without a leading /.", "$ref": "#/$defs/patterns"}}}
]})";

}  // namespace supply::policy
