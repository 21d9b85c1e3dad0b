#include "libsupply/content/catalog/internal/direct_url.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/json_fields.hpp"

namespace supply::catalog {

std::string without_credentials(const std::string& url) {
  const std::size_t host = url.find("://");
  if (host == std::string::npos) return url;
  const std::size_t end = url.find_first_of("/?#", host + 3);
  const std::size_t at = url.substr(0, end).rfind('@');
  return at == std::string::npos || at < host ? url : url.substr(0, host + 3) + url.substr(at + 1);
}

namespace {

std::string sha256_of(const json::Value& archive) {
  std::string hex = text_of(part_of(archive, "hashes"), "sha256");
  if (hex.empty()) {
    constexpr std::string_view kBefore = "sha256=";
    const std::string old = text_of(archive, "hash");
    if (old.starts_with(kBefore)) hex = old.substr(kBefore.size());
  }
  return hex.size() == 64 && is_lower_hex(hex) ? hex : std::string();
}

}  // namespace

Status add_direct_url(std::string_view text, pkg::Package& package) {
  SUPPLY_TRY(const json::Value root, parse_lenient_json(text));
  const std::string url = without_credentials(text_of(root, "url"));
  if (url.empty()) return Error(ErrorCode::malformed, "no url");
  pkg::PurlParts parts = package.purl.parts();
  if (const json::Value& vcs = part_of(root, "vcs_info"); !vcs.empty()) {
    const std::string commit = text_of(vcs, "commit_id");
    parts.qualifiers["vcs_url"] = text_of(vcs, "vcs") + "+" + url + (commit.empty() ? "" : "@" + commit);
  } else if (json::find(root, "archive_info") != nullptr) {
    if (!url.starts_with("file:")) parts.qualifiers["download_url"] = url;
    if (const std::string hex = sha256_of(part_of(root, "archive_info")); !hex.empty())
      package.checksums.push_back({"sha256", hex});
  }
  SUPPLY_TRY(package.purl, pkg::Purl::create(std::move(parts)));
  return {};
}

}  // namespace supply::catalog
