#include "libsupply/content/pkg/spelling.hpp"

#include "libsupply/base/text/text.hpp"

namespace supply::pkg {

std::string normalized_python_name(std::string_view name) {
  std::string out;
  for (const char c : to_lower(name)) {
    const bool joint = c == '-' || c == '_' || c == '.';
    if (!joint) {
      out += c;
    } else if (!out.ends_with('-')) {
      out += '-';
    }
  }
  return out;
}

AgreedForm agreed_form(const PurlParts& parts) {
  std::string name = parts.name;
  std::string version = parts.version;
  // A distribution's id is the same for all its packages, and other tools leave it out or write it otherwise.
  if (!is_distribution_type(parts.type) && !parts.name_space.empty()) name = parts.name_space + "/" + name;
  if (parts.type == "pypi") name = normalized_python_name(name);
  if (parts.type == "golang") {
    // trivy writes names in lower case and versions without "v"; the standard library has none in either.
    name = to_lower(name);
    if (version.starts_with('v')) version.erase(0, 1);
  }
  const auto epoch = parts.qualifiers.find("epoch");
  if (epoch != parts.qualifiers.end() && epoch->second != "0" && version.find(':') == std::string::npos)
    version = epoch->second + ":" + version;
  return {parts.type + "/" + name, std::move(version)};
}

bool has_made_up_versions(std::string_view type) { return type == "golang"; }

bool is_placeholder(std::string_view package) { return package == "golang/command-line-arguments"; }

}  // namespace supply::pkg
