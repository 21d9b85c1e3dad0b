#include "libsupply/content/catalog/internal/embedded_sbom.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/json_fields.hpp"

namespace supply::catalog {
namespace {

const json::Value* list_of(const json::Value& object, std::string_view key) {
  const json::Value* value = json::find(object, key);
  return value != nullptr && value->is_array() ? value : nullptr;
}

// A purl is one line of a record.
bool is_purl(const std::string& text) {
  return text.starts_with("pkg:") && text.size() <= kMaxPurlBytes &&
         std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) > ' '; });
}

// Source: SPDX 2.3, 7.21 and 11.1.
void read_spdx(const json::Value& root, EmbeddedList& into) {
  std::map<std::string, std::string> purls;  // by the elements' ids
  if (const json::Value* packages = list_of(root, "packages"); packages != nullptr) {
    for (const json::Value& package : *packages) {
      const json::Value* refs = list_of(package, "externalRefs");
      if (refs == nullptr) continue;
      for (const json::Value& ref : *refs) {
        std::string purl = text_of(ref, "referenceLocator");
        if (text_of(ref, "referenceType") != "purl" || !is_purl(purl)) continue;
        purls.emplace(text_of(package, "SPDXID"), purl);
        into.purls.push_back(std::move(purl));
      }
    }
  }
  const json::Value* relationships = list_of(root, "relationships");
  if (relationships == nullptr) return;
  for (const json::Value& each : *relationships) {
    const std::string type = text_of(each, "relationshipType");
    if (type != "GENERATED_FROM" && type != "GENERATES") continue;
    auto made = purls.find(text_of(each, "spdxElementId")), from = purls.find(text_of(each, "relatedSpdxElement"));
    if (type == "GENERATES") std::swap(made, from);
    if (made != purls.end() && from != purls.end()) into.generated_from.emplace_back(made->second, from->second);
  }
}

// Source: SPDX 3.0.1, Software/Package: software_packageUrl.
void read_spdx_graph(const json::Value& graph, EmbeddedList& into) {
  for (const json::Value& element : graph)
    if (std::string purl = text_of(element, "software_packageUrl"); is_purl(purl))
      into.purls.push_back(std::move(purl));
}

// Components hold components; the parser has bounded their depth.
void read_components(const json::Value& parent, EmbeddedList& into) {
  const json::Value* components = list_of(parent, "components");
  if (components == nullptr) return;
  for (const json::Value& component : *components) {
    if (std::string purl = text_of(component, "purl"); is_purl(purl)) into.purls.push_back(std::move(purl));
    read_components(component, into);
  }
}

Status read_any(const json::Value& root, EmbeddedList& into) {
  if (const std::string version = text_of(root, "spdxVersion"); !version.empty()) {
    into.format = version;
    read_spdx(root, into);
  } else if (text_of(root, "bomFormat") == "CycloneDX") {
    into.format = "CycloneDX-" + text_of(root, "specVersion");
    read_components(root, into);
    const json::Value* metadata = json::find(root, "metadata");
    const json::Value* subject = metadata == nullptr ? nullptr : json::find(*metadata, "component");
    if (subject != nullptr) {
      if (std::string purl = text_of(*subject, "purl"); is_purl(purl)) into.purls.push_back(std::move(purl));
      read_components(*subject, into);
    }
  } else if (const json::Value* graph = list_of(root, "@graph"); graph != nullptr) {
    into.format = "SPDX-3";
    read_spdx_graph(*graph, into);
  } else {
    return Error(ErrorCode::unsupported, "neither SPDX nor CycloneDX");
  }
  return {};
}

}  // namespace

Result<EmbeddedList> parse_embedded_sbom(std::string_view text, std::size_t limit) {
  SUPPLY_TRY(const json::Value root,
             json::parse(text, {.bytes = kMaxEmbeddedSbomBytes, .duplicate_keys = json::DuplicateKeys::last_wins}));
  EmbeddedList out;
  SUPPLY_TRY(read_any(root, out));
  if (out.format.size() > 32 || !is_purl("pkg:" + out.format))
    return Error(ErrorCode::unsupported, "format " + quote(out.format.substr(0, 32)));
  std::sort(out.purls.begin(), out.purls.end());
  out.purls.erase(std::unique(out.purls.begin(), out.purls.end()), out.purls.end());
  if (out.purls.size() > limit || out.generated_from.size() > limit)
    return Error(ErrorCode::limit_exceeded, "lists more than " + std::to_string(limit) + " packages");
  std::sort(out.generated_from.begin(), out.generated_from.end());
  return out;
}

// Lines of the format and the two digests, then "purl" and "from" lines. One that cannot be read has the
// reason in place of its format: it says nothing of what is installed, so that no list lacks anything for it.
std::string embedded_record(std::string_view bytes, bool complete) {
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

pkg::EmbeddedSbom embedded_from_record(std::string_view record) {
  pkg::EmbeddedSbom out;
  std::size_t number = 0;
  for (const std::string_view line : lines(record)) {
    if (number < 3) {
      (number == 0 ? out.format : number == 1 ? out.sha1 : out.sha256) = line;
    } else if (line.starts_with("purl ")) {
      out.listed.emplace_back(line.substr(5));
    } else if (line.starts_with("from ")) {
      const std::size_t blank = line.find(' ', 5);
      if (blank != std::string_view::npos)
        out.generated_from.emplace_back(line.substr(5, blank - 5), line.substr(blank + 1));
    }
    ++number;
  }
  return out;
}

}  // namespace supply::catalog
