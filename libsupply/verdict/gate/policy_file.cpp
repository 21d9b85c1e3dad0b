#include "libsupply/verdict/gate/policy_file.hpp"

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::gate {
namespace {

/// Where a pattern's directory is reached by links, the same pattern for the directory itself. Errors: usage, when that
/// cannot be found out or no pattern can say it: the entry would silently apply to less.
Result<std::optional<policy::ImagePattern>> without_links(const policy::ImagePattern& pattern) {
  const std::optional<policy::ImagePattern> same;
  const std::string& text = pattern.to_string();
  const std::size_t start = text.find('/');
  if (start == std::string::npos) return same;
  const std::string_view form = std::string_view(text).substr(0, start);
  if (!form.empty() && form != "oci:" && form != "oci-dir:" && form != "oci-archive:") return same;
  const std::size_t end = text.rfind('/', text.find_first_of("*?", start));
  const std::string directory = text.substr(start, end - start);
  std::error_code failed;
  const std::string plain = std::filesystem::weakly_canonical(directory.empty() ? "/" : directory, failed).string();
  const std::string place = "policy: match " + quote(text) + ": its directory ";
  if (failed) return Error(ErrorCode::usage, place + "cannot be followed: " + failed.message());
  if (plain == directory) return same;
  if (plain.find_first_of("*?:@") != std::string::npos)
    return Error(ErrorCode::usage, place + "is a link to " + quote(plain) + ", which no pattern can name");
  SUPPLY_TRY(policy::ImagePattern made,
             policy::ImagePattern::parse(std::string(form) + (plain == "/" ? "" : plain) + text.substr(end)));
  return std::optional(std::move(made));
}

}  // namespace

Result<policy::Policy> read_policy(const io::Path& path) {
  auto bytes = io::read_file(path, kMaxYamlBytes);
  // Whatever is wrong with the asker's own files is wrong usage: an answer about the image was never in sight.
  if (!bytes) return Error(ErrorCode::usage, "policy: " + bytes.error().message());
  std::error_code failed;
  const io::Path directory = std::filesystem::absolute(path, failed).parent_path();
  if (failed) return Error(ErrorCode::usage, "policy " + path.string() + ": " + failed.message());
  policy::PolicyContext surroundings;
  surroundings.name = path.string();
  surroundings.directory = directory.string();
  surroundings.read_key = [&](std::string_view key) { return io::read_file(directory / key, kMaxKeyFileBytes); };
  SUPPLY_TRY(policy::Policy policy, policy::parse(*bytes, surroundings));
  for (policy::ImageRules& rules : policy.images)
    for (std::size_t i = 0, count = rules.match.size(); i < count; ++i) {
      SUPPLY_TRY(std::optional<policy::ImagePattern> plain, without_links(rules.match[i]));
      if (plain) rules.match.push_back(*std::move(plain));
    }
  return policy;
}

}  // namespace supply::gate
