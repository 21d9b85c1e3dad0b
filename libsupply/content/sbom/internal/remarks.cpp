#include "libsupply/content/sbom/internal/remarks.hpp"

#include <set>

namespace supply::sbom {
namespace {

std::string in_layer(const std::optional<Digest>& layer) {
  return layer ? "; layer: " + layer->to_string() : std::string();
}

Remark remark_of(const pkg::ChangedFile& file) {
  const std::string kind = file.configuration ? "configuration of " : "of ";
  const std::string expected = "; recorded: " + file.expected.algorithm + ":" + file.expected.hex;
  std::string text = file.path + ": " + kind + file.package + expected;
  switch (file.kind) {
    case pkg::ChangedFile::Kind::deleted: return {"deletedFile", "deleted file", std::move(text)};
    case pkg::ChangedFile::Kind::unchecked:
      return {"uncheckedFile", "file whose checksum was not computed", text + in_layer(file.layer)};
    case pkg::ChangedFile::Kind::changed: break;
  }
  text += file.found.empty() ? "; found: no regular file" : "; found: " + file.expected.algorithm + ":" + file.found;
  return {"changedFile", "changed file", text + in_layer(file.layer)};
}

}  // namespace

std::vector<Remark> remarks_of(const pkg::Inventory& catalog) {
  std::vector<Remark> out;
  std::set<std::uint32_t> introduced;
  for (const pkg::Package& package : catalog.packages)
    if (package.introduced) introduced.insert(*package.introduced);
  for (const std::uint32_t index : introduced)
    if (index < catalog.layers.size() && !catalog.layers[index].created_by.empty())
      out.push_back({"layerCreatedBy", "layer created by",
                     catalog.layers[index].digest.to_string() + ": " + catalog.layers[index].created_by});
  for (const pkg::EmbeddedSbom& document : catalog.embedded)
    out.push_back({"embeddedSbom", "embedded SBOM",
                   document.path + ": " + document.format +
                       (document.sha256.empty() ? "" : "; sha256:" + document.sha256) + "; lists " +
                       std::to_string(document.listed.size()) + " packages, " +
                       std::to_string(document.describes.size()) + " of them found" + in_layer(document.layer)});
  for (const pkg::ChangedFile& file : catalog.changed) out.push_back(remark_of(file));
  for (const pkg::UnownedExecutable& file : catalog.unowned)
    out.push_back({"unownedExecutable", "executable that no package owns", file.path + in_layer(file.layer)});
  return out;
}

std::string introduced_by(const pkg::Package& package, const pkg::Inventory& catalog) {
  if (!package.introduced || *package.introduced >= catalog.layers.size()) return {};
  return catalog.layers[*package.introduced].digest.to_string();
}

}  // namespace supply::sbom
