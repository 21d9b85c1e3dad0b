#include "libsupply/content/sbom/internal/document_ids.hpp"

#include <algorithm>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/hex.hpp"

namespace supply::sbom {

std::string id_part(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 64)) {
    const bool plain = is_alnum(c) || c == '.';
    out += plain ? c : '-';
  }
  return out;
}

bool is_url(std::string_view text) {
  if (!text.starts_with("http://") && !text.starts_with("https://")) return false;
  return text.size() > 10 && std::all_of(text.begin(), text.end(), [](char c) {
           return c > ' ' && c <= '~' && std::string_view("<>\"{}|\\^`[]").find(c) == std::string_view::npos;
         });
}

std::string uuid_of(std::string_view name) {
  constexpr std::string_view kUrls("\x6b\xa7\xb8\x11\x9d\xad\x11\xd1\x80\xb4\x00\xc0\x4f\xd4\x30\xc8", 16);
  std::string raw = crypto::hash(crypto::HashAlgorithm::sha1, std::string(kUrls) + std::string(name)).substr(0, 16);
  raw[6] = static_cast<char>((static_cast<unsigned char>(raw[6]) & 0x0fu) | 0x50u);
  raw[8] = static_cast<char>((static_cast<unsigned char>(raw[8]) & 0x3fu) | 0x80u);
  std::string hex = to_hex(raw);
  for (const std::size_t dash : {std::size_t{20}, std::size_t{16}, std::size_t{12}, std::size_t{8}})
    hex.insert(dash, "-");
  return hex;
}

std::string DocumentSubject::shown_name() const {
  if (!name.empty()) return name;
  return manifest ? manifest->to_string() : kind == Kind::source ? "source" : "image";
}

std::string id_of_origin(std::string_view key) {
  return to_hex(crypto::hash(crypto::HashAlgorithm::sha256, key).substr(0, 8));
}

pkg::Purl subject_purl(const DocumentSubject& subject) {
  if (!subject.manifest || subject.name.empty()) return {};
  pkg::PurlParts parts{"oci", "", std::string(base_name(subject.name)), subject.manifest->to_string(), {}, ""};
  parts.qualifiers["arch"] = subject.platform.architecture;
  parts.qualifiers["repository_url"] = subject.repository_url;
  parts.qualifiers["tag"] = subject.tag;
  auto purl = pkg::Purl::create(std::move(parts));
  return purl ? *std::move(purl) : pkg::Purl();
}

PackageIds::PackageIds(const DocumentContent& document, std::string_view prefix, std::string_view root) {
  const auto& packages = document.catalog.packages;
  ids_.reserve(packages.size());
  purls_.reserve(packages.size());
  std::map<std::string, std::size_t> used;
  for (const pkg::Package& package : packages) {
    purls_.push_back(pkg::reference_of(package));
    if (!subject_ && document.origins == nullptr && details_at(document.details, ids_.size()).is_subject) {
      subject_ = ids_.size();
      ids_.emplace_back(root);
      continue;
    }
    std::string named = (package.purl.empty() ? std::string() : purls_.back()) + '\0' + package.name + '\0' +
                        package.version + '\0' + package.location;
    if (!package.origin.empty()) named += '\0', named += package.origin;
    const std::string hash = crypto::hash(crypto::HashAlgorithm::sha256, named);
    std::string id = std::string(prefix) + id_part(pkg::type_of(package)) + "-" + id_part(package.name) + "-" +
                     to_hex(hash.substr(0, 8));
    // A document that was read may list a package twice.
    if (const std::size_t number = ++used[id]; number > 1) id += "-" + std::to_string(number);
    ids_.push_back(std::move(id));
  }
  for (std::size_t i = 0; i < packages.size(); ++i) {
    const Key key(packages[i].origin, purls_[i]);
    by_purl_.emplace(key, i);
    by_place_.emplace(std::pair(key, std::string_view(packages[i].location)), i);
  }
}

std::optional<std::size_t> PackageIds::find(const std::string& purl, const pkg::Package& near) const {
  const Key key(near.origin, purl);
  const auto there = by_place_.find(std::pair(key, std::string_view(near.location)));
  if (there != by_place_.end()) return there->second;
  const auto first = by_purl_.find(key);
  if (first == by_purl_.end()) return std::nullopt;
  return first->second;
}

}  // namespace supply::sbom
