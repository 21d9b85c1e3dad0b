// SBOMs that lie in the image: of Wolfi's and apko's packages (var/lib/db/sbom), Bitnami's components
// (opt/bitnami/**/.spdx-*.spdx), Docker's hardened images (.spdx.*.json), Python's wheels (PEP 770), vcpkg's ports, and
// Spring Boot's unpacked applications (META-INF/sbom). They are what somebody says of packages: linked with those that
// were found, and never themselves a list of what is installed.
#include <algorithm>
#include <map>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/embedded_sbom.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

bool wants(std::string_view path) {
  const std::string_view name = base_name(path), directory = directory_of(path);
  if (is_or_ends_with(directory, "var/lib/db/sbom") || is_or_ends_with(directory, "META-INF/sbom"))
    return name.ends_with(".json");
  if (base_name(directory) == "sboms") return base_name(directory_of(directory)).ends_with(".dist-info");
  if (name == "vcpkg.spdx.json") return base_name(directory_of(directory)) == "share";
  return (name.starts_with(".spdx-") && name.ends_with(".spdx")) ||
         (name.starts_with(".spdx.") && name.ends_with(".json"));
}

// A record: lines of the format and the two digests, then "purl" and "from" lines. One that cannot be read has the
// reason in place of its format: it says nothing of what is installed, so that no list lacks anything for it.
std::string to_record(std::string bytes, bool complete) {
  if (!complete) return "unread: longer than is read\n\n\n";
  const auto list = parse_embedded_sbom(bytes);
  std::string out = list ? list->format : "unread: " + list.error().message();
  std::replace(out.begin(), out.end(), '\n', ' ');
  out += "\n" + to_hex(crypto::hash(crypto::HashAlgorithm::sha1, bytes)) + "\n" +
         to_hex(crypto::hash(crypto::HashAlgorithm::sha256, bytes)) + "\n";
  if (!list) return out;
  for (const std::string& purl : list->purls) out += "purl " + purl + "\n";
  for (const auto& [made, from] : list->generated_from) out += "from " + made + " " + from + "\n";
  return out;
}

constexpr Select kSelects[] = {{Select::By::directory, "sbom"},
                               {Select::By::directory, "sboms"},
                               {Select::By::name, "vcpkg.spdx.json"},
                               {Select::By::prefix, ".spdx-"},
                               {Select::By::prefix, ".spdx."}};
const PathCollector kDocuments({.name = "embedded-sboms",
                                .selects = kSelects,
                                .wants = wants,
                                .limit = kMaxEmbeddedSbomBytes,
                                .reduce = to_record});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kDocuments}; }

// What must be equal for a document to speak of a package. Documents of distributions' packages name various
// namespaces, and no qualifiers.
std::string key_of(const pkg::Purl& purl) {
  const pkg::PurlParts& parts = purl.parts();
  const std::string space = pkg::is_distribution_type(parts.type) ? std::string() : parts.name_space;
  return parts.type + "\n" + space + "\n" + parts.name + "\n" + parts.version;
}

Status relate(const Context& context, pkg::Inventory& catalog) {
  const auto files = context.tree.collected(kDocuments.name());
  if (files.empty()) return {};
  std::multimap<std::string, std::string> installed;  // purls
  for (const pkg::Package& package : catalog.packages) {
    std::string key = key_of(package.purl);
    SUPPLY_TRY(context.share.spend(Cost::memory, 200 + 3 * key.size()));
    installed.emplace(std::move(key), package.purl.to_string());
  }
  for (const rootfs::CollectedFile& file : files) {
    SUPPLY_TRY(context.share.spend(Cost::steps, 20 + file.content.size() / 2));
    SUPPLY_TRY(context.share.spend(Cost::memory, sizeof(pkg::EmbeddedSbom) + 4 * file.content.size()));
    pkg::EmbeddedSbom document;
    document.path = file.file.path;
    document.layer = context.layer_of(file.file);
    std::size_t number = 0;
    for (const std::string_view line : lines(file.content)) {
      if (number < 3) {
        (number == 0 ? document.format : number == 1 ? document.sha1 : document.sha256) = line;
      } else if (line.starts_with("purl ")) {
        document.listed.emplace_back(line.substr(5));
        const auto purl = pkg::Purl::parse(line.substr(5));
        if (!purl) continue;
        const auto [first, last] = installed.equal_range(key_of(*purl));
        for (auto at = first; at != last; ++at) document.describes.push_back(at->second);
      } else if (line.starts_with("from ")) {
        const std::size_t blank = line.find(' ', 5);
        const auto purl = pkg::Purl::parse(line.substr(5, blank - 5));
        if (!purl || blank == std::string_view::npos) continue;
        const auto [first, last] = installed.equal_range(key_of(*purl));
        for (auto at = first; at != last; ++at)
          document.generated_from.emplace_back(at->second, std::string(line.substr(blank + 1)));
      }
      ++number;
    }
    const auto settle = [](auto& list) {
      std::sort(list.begin(), list.end());
      list.erase(std::unique(list.begin(), list.end()), list.end());
    };
    settle(document.describes);
    settle(document.generated_from);
    catalog.embedded.push_back(std::move(document));
  }
  return {};
}

}  // namespace

const Cataloger& embedded_sboms() {
  static constexpr Cataloger cataloger{
      .name = "embedded-sboms", .types = {}, .collectors = collectors, .read = nullptr, .relate = relate};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
