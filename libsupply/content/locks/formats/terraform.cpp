// .terraform.lock.hcl of Terraform and OpenTofu: the providers. Source: developer.hashicorp.com/terraform, "Dependency
// Lock File"; "Native Syntax" of HCL, as far as such a file has it.
#include <optional>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"
#include "libsupply/content/locks/internal/spanned_lines.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == ".terraform.lock.hcl"; }

// The text in quotes with which a line ends, but for a comma.
std::string quoted(std::string_view text) {
  const std::size_t open = text.find('"'), close = text.rfind('"');
  return open == close ? std::string() : std::string(text.substr(open + 1, close - open - 1));
}

struct Provider {
  std::string address, version;
  std::vector<std::string> hashes;
  Span span;
};

// "zh:" is SHA-256 of the provider's zip for one platform, "h1:" of the unpacked files as Go's dirhash makes it.
Status add(const Provider& provider, LockBuilder& out) {
  const auto parts = split(provider.address, '/');
  if (parts.size() != 3) return wrong_at(provider.span, "want HOST/NAMESPACE/TYPE: " + quote(provider.address));
  if (provider.version.empty())
    return wrong_at(provider.span, "provider " + quote(provider.address) + " has no version");
  SUPPLY_TRY(const std::size_t entry, out.add(parts[2], provider.version, provider.span));
  SUPPLY_TRY(out.say_type(entry, "terraform", parts[1], parts[2]));
  out[entry].name = provider.address;
  out.from_registry(entry, "https://" + std::string(parts[0]));
  if (parts[0] != "registry.terraform.io")
    SUPPLY_TRY(out.qualify(entry, "repository_url", "https://" + std::string(parts[0])));
  for (const std::string& hash : provider.hashes) {
    if (hash.starts_with("zh:")) out.hash(entry, "sha256", hash.substr(3));
    else out.other_hash(entry, hash.substr(0, hash.find(':')), hash.substr(hash.find(':') + 1));
  }
  return {};
}

Result<LockFile> read(std::string_view text) {
  if (!is_utf8(text)) return wrong_at({}, "not UTF-8");
  LockBuilder out("terraform");
  std::optional<Provider> provider;
  bool in_hashes = false;
  for (const SpannedLine& line : spanned_lines(text)) {
    const std::string_view content = trim(line.text);
    if (content.empty() || content.starts_with('#') || content.starts_with("//")) continue;
    if (!provider) {
      if (!content.starts_with("provider ") || !content.ends_with('{'))
        return wrong_at(line.span, "want provider \"ADDRESS\" {");
      provider = Provider{quoted(content), "", {}, line.span};
      continue;
    }
    provider->span.end = line.span.end;
    const std::string_view key = trim(content.substr(0, content.find('=')));
    if (in_hashes) {
      if (const std::string hash = quoted(content); !hash.empty()) provider->hashes.push_back(hash);
      else if (content.find(']') == std::string_view::npos) return wrong_at(line.span, "want a hash or ']'");
      in_hashes = content.find(']') == std::string_view::npos;
    } else if (content == "}") {
      SUPPLY_TRY(add(*provider, out));
      provider.reset();
    } else if (key == "version") {
      provider->version = quoted(content);
    } else if (key == "hashes") {
      in_hashes = content.find(']') == std::string_view::npos;
      if (const std::string hash = quoted(content); !hash.empty()) provider->hashes.push_back(hash);
    } else if (key != "constraints") {
      return wrong_at(line.span, "not a line of a provider: " + quote(content));
    }
  }
  if (provider) return wrong_at(provider->span, "a provider that does not end");
  return std::move(out).finish();
}

}  // namespace

namespace formats {
const Format& terraform() {
  static const Format format = {"terraform", matches, read};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
