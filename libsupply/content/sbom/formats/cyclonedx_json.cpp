// CycloneDX as JSON: read in all versions, written as 1.6. Source: https://cyclonedx.org/docs/1.7/json/
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/sbom/format.hpp"
#include "libsupply/content/sbom/internal/cyclonedx.hpp"

namespace supply::sbom::formats {
namespace {

bool detect(const json::Value& value) {
  const json::Value* format = json::find(value, "bomFormat");
  return format != nullptr && format->is_string() && format->get_ref<const std::string&>() == "CycloneDX";
}

// Files and operating systems are no packages.
bool is_package(const std::string& type) {
  return type == "library" || type == "application" || type == "framework" || type == "platform" || type == "firmware";
}

std::string syft_type(const json::Value& component) {
  const json::Value* properties = json::find(component, "properties");
  if (properties == nullptr || !properties->is_array()) return {};
  for (const json::Value& property : *properties) {
    const auto name = json::string_or_empty(property, "name");
    const auto value = json::string_or_empty(property, "value");
    if (!name || !value || *name != "syft:package:type") continue;
    if (*value == "python") return "pypi";
    return *value == "go-module" ? "golang" : *value;
  }
  return {};
}

std::string license_of(const json::Value& component) {
  const json::Value* licenses = json::find(component, "licenses");
  if (licenses == nullptr || !licenses->is_array()) return {};
  std::vector<std::string> texts;
  for (const json::Value& choice : *licenses) {
    const json::Value* license = json::find(choice, "license");
    const json::Value* text = json::find(choice, "expression");
    if (text == nullptr && license != nullptr) text = json::find(*license, "id");
    if (text == nullptr && license != nullptr) text = json::find(*license, "name");
    if (text != nullptr && text->is_string()) texts.push_back(text->get<std::string>());
  }
  return join(texts, " AND ");
}

Result<Component> read_component(const json::Value& component, const std::string& name) {
  Component out;
  out.name = name;
  SUPPLY_TRY(out.version, json::string_or_empty(component, "version"));
  SUPPLY_TRY(const std::string purl, json::string_or_empty(component, "purl"));
  set_purl(out, purl);
  if (out.type.empty()) out.type = syft_type(component);
  out.license = license_of(component);
  if (const json::Value* group = json::find(component, "group"); group != nullptr && group->is_string()) {
    const std::string& text = group->get_ref<const std::string&>();
    if (!text.empty()) out.name = text + "/" + out.name;
  }
  return out;
}

// Components hold components; the parser has bounded their depth.
Status read_components(const json::Value& parent, ParsedSbom& into) {
  SUPPLY_TRY(const json::Value* components, json::optional_array(parent, "components"));
  if (components == nullptr) return {};
  for (const json::Value& component : *components) {
    SUPPLY_TRY(const std::string type, json::require_string(component, "type"));
    SUPPLY_TRY(const std::string name, json::require_string(component, "name"));
    const std::string place = "component " + quote(name);
    SUPPLY_TRY(Component one, read_component(component, name).at(place));
    if (is_package(type) || names_package(one)) into.components.push_back(std::move(one));
    SUPPLY_TRY(read_components(component, into).at(place));
  }
  return {};
}

// What the document is about is an image, or else a package that it says is there.
Status read_subject(const json::Value& root, ParsedSbom& into) {
  const json::Value* metadata = json::find(root, "metadata");
  const json::Value* component = metadata == nullptr ? nullptr : json::find(*metadata, "component");
  if (component == nullptr) return {};
  SUPPLY_TRY(const std::string name, json::require_string(*component, "name").at("metadata"));
  SUPPLY_TRY(Component one, read_component(*component, name).at("metadata"));
  if (names_package(one)) into.components.push_back(std::move(one));
  return {};
}

// The image's digest: in its purl (trivy), as its version (syft), or among its hashes.
std::optional<Digest> manifest_of(const json::Value& root) {
  const json::Value* metadata = json::find(root, "metadata");
  const json::Value* component = metadata == nullptr ? nullptr : json::find(*metadata, "component");
  if (component == nullptr) return std::nullopt;
  const json::Value* text = json::find(*component, "purl");
  if (text != nullptr && text->is_string()) {
    const auto purl = pkg::Purl::parse(text->get_ref<const std::string&>());
    if (purl && purl->parts().type == "oci") {
      if (auto digest = Digest::parse(purl->parts().version)) return *std::move(digest);
    }
  }
  const json::Value* version = json::find(*component, "version");
  if (version != nullptr && version->is_string()) {
    if (auto digest = Digest::parse(version->get_ref<const std::string&>())) return *std::move(digest);
  }
  return std::nullopt;
}

Result<ParsedSbom> read(const json::Value& root) {
  ParsedSbom out;
  SUPPLY_TRY(const std::string version, json::require_string(root, "specVersion").at("CycloneDX"));
  const bool known = version.size() == 3 && version.starts_with("1.") && version[2] >= '0' && version[2] <= '7';
  if (!known) return Error(ErrorCode::unsupported, "CycloneDX: version " + quote(version) + ": want 1.0 to 1.7");
  out.format = "CycloneDX-" + version;
  out.manifest = manifest_of(root);
  SUPPLY_TRY(read_subject(root, out).at("CycloneDX"));
  SUPPLY_TRY(read_components(root, out).at("CycloneDX"));
  return out;
}

Status write(const DocumentContent& document, const Out& out) { return write_cyclonedx(document, "1.6", out); }

}  // namespace

const Format& cyclonedx_json() {
  static constexpr Format format{.name = "cyclonedx-json",
                                 .media_type = "application/vnd.cyclonedx+json",
                                 .predicate_type = "https://cyclonedx.org/bom",
                                 .write = write,
                                 .detect = detect,
                                 .read = read};
  return format;
}

}  // namespace supply::sbom::formats
