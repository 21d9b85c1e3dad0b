#include "libsupply/content/sbom/internal/document_ids.hpp"

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
  return manifest ? manifest->to_string() : "image";
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

PackageIds::PackageIds(const pkg::Inventory& catalog, std::string_view prefix) {
  const auto& packages = catalog.packages;
  ids_.reserve(packages.size());
  purls_.reserve(packages.size());
  for (const pkg::Package& package : packages) {
    purls_.push_back(package.purl.to_string());
    const std::string hash = crypto::hash(crypto::HashAlgorithm::sha256, purls_.back() + '\0' + package.name + '\0' +
                                                                             package.version + '\0' + package.location);
    ids_.push_back(std::string(prefix) + id_part(package.purl.parts().type) + "-" + id_part(package.name) + "-" +
                   to_hex(hash.substr(0, 8)));
  }
  for (std::size_t i = 0; i < packages.size(); ++i) {
    by_purl_.emplace(purls_[i], i);
    by_place_.emplace(std::pair<std::string_view, std::string_view>(purls_[i], packages[i].location), i);
  }
}

std::optional<std::size_t> PackageIds::find(const std::string& purl, const pkg::Package& near) const {
  const auto there = by_place_.find(std::pair<std::string_view, std::string_view>(purl, near.location));
  if (there != by_place_.end()) return there->second;
  const auto first = by_purl_.find(purl);
  if (first == by_purl_.end()) return std::nullopt;
  return first->second;
}

}  // namespace supply::sbom
