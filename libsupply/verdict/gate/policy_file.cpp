#include "libsupply/verdict/gate/policy_file.hpp"

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/verify/verifier.hpp"

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

/// The bundle beside an included policy, by one of the keys. Returns the key's name.
Result<std::string> signer_of(const io::Path& file, std::string_view bytes,
                              const std::vector<policy::NamedKey>& named) {
  std::vector<verify::TrustedKey> keys;
  for (const policy::NamedKey& each : named) keys.push_back({each.name, each.key});
  const std::string bundle_path = file.string() + ".sigstore.json";
  SUPPLY_TRY(const std::string bundle, io::read_file(bundle_path, kMaxYamlBytes));
  auto verified = verify::Verifier(std::move(keys)).blob(bytes, bundle);
  if (!verified) return Error(ErrorCode::usage, bundle_path + ": " + verified.error().message());
  return verified->signer().key_name;
}

/// What a policy in that directory refers to.
policy::PolicyContext context_of(const io::Path& file, const io::Path& directory) {
  policy::PolicyContext context;
  context.name = file.string();
  context.directory = directory.string();
  context.read_key = [directory](std::string_view key) { return io::read_file(directory / key, kMaxKeyFileBytes); };
  context.read_include = [directory](std::string_view path) -> Result<std::pair<std::string, policy::PolicyContext>> {
    const io::Path included = directory / path;
    SUPPLY_TRY(std::string bytes, io::read_file(included, kMaxYamlBytes));
    return std::pair(std::move(bytes), context_of(included, included.parent_path()));
  };
  context.verify_include = [directory](std::string_view path, std::string_view bytes,
                                       const std::vector<policy::NamedKey>& keys) {
    return signer_of(directory / path, bytes, keys);
  };
  return context;
}

}  // namespace

Result<policy::Policy> read_policy(const io::Path& path) {
  auto bytes = io::read_file(path, kMaxYamlBytes);
  // Whatever is wrong with the asker's own files is wrong usage: an answer about the image was never in sight.
  if (!bytes) return Error(ErrorCode::usage, "policy: " + bytes.error().message());
  std::error_code failed;
  const io::Path directory = std::filesystem::absolute(path, failed).parent_path();
  if (failed) return Error(ErrorCode::usage, "policy " + path.string() + ": " + failed.message());
  policy::PolicyContext context = context_of(path, directory);
  SUPPLY_TRY(policy::Policy policy, policy::parse(*bytes, context));
  for (policy::ImageRules& rules : policy.images)
    for (std::size_t i = 0, count = rules.match.size(); i < count; ++i) {
      SUPPLY_TRY(std::optional<policy::ImagePattern> plain, without_links(rules.match[i]));
      if (plain) rules.match.push_back(*std::move(plain));
    }
  return policy;
}

}  // namespace supply::gate
