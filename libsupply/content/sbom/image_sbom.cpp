#include "libsupply/content/sbom/image_sbom.hpp"

#include <algorithm>
#include <set>

#include "libsupply/content/secrets/secrets.hpp"

#include "libsupply/content/sbom/convert.hpp"

namespace supply::sbom {

namespace {

// What a file adds to a document, and to the string that grows with it.
constexpr std::uint64_t kTextBytesPerFile = 700, kTextBytesPerPathByte = 2;

catalog::WithOwnedFiles with_owned(Files files) {
  return files == Files::none ? catalog::WithOwnedFiles::no : catalog::WithOwnedFiles::yes;
}

// What the manifest's annotations, or else the config's labels, say. Source: OCI image-spec v1.1, annotations.md.
std::string said(const store::PlatformImage& image, const std::string& key) {
  const auto annotation = image.manifest.annotations.find(key);
  if (annotation != image.manifest.annotations.end()) return annotation->second;
  const auto label = image.config.labels.find(key);
  return label != image.config.labels.end() ? label->second : std::string();
}

// The instruction of each layer: of the history's entries those that made one. Where they are not as many as the layers
// nobody knows which is whose. An instruction that shows a credential is left out.
// Source: OCI image-spec v1.1, config.md, "history".
void add_instructions(const oci::Config& config, pkg::Inventory& catalog) {
  std::set<std::size_t> secret;
  for (const secrets::Secret& each : secrets::find(config))
    if (each.where == secrets::Where::history) secret.insert(each.index);
  std::vector<std::string> instructions;
  for (std::size_t i = 0; i < config.history.size(); ++i)
    if (!config.history[i].empty_layer)
      instructions.push_back(secret.contains(i) ? std::string() : config.history[i].created_by);
  if (instructions.size() != catalog.layers.size()) return;
  for (std::size_t i = 0; i < instructions.size(); ++i) catalog.layers[i].created_by = std::move(instructions[i]);
}

}  // namespace

DocumentSubject subject_of(const store::PlatformImage& image, const std::optional<oci::Reference>& published) {
  DocumentSubject subject;
  if (published) {
    subject.name = subject.repository_url = published->name();
    subject.tag = published->selector().tag.value_or("");
  } else {
    subject.name = said(image, "org.opencontainers.image.title");
  }
  subject.supplier = said(image, "org.opencontainers.image.vendor");
  subject.platform = image.platform;
  subject.also_for = image.also_for;
  subject.manifest = image.descriptor.digest;
  return subject;
}

Time created_of(const std::optional<Time>& source_date_epoch, const store::PlatformImage& image) {
  if (source_date_epoch) return *source_date_epoch;
  return image.config.created.value_or(Time());
}

rootfs::LayerRequest layer_request(Files files) {
  rootfs::LayerRequest request;
  request.diff_id = rootfs::WithDiffId::no;  // nothing in a document rests on it
  request.file_digests = files == Files::none ? rootfs::WithFileDigests::no : rootfs::WithFileDigests::yes;
  request.collectors = catalog::collectors(with_owned(files));
  return request;
}

Result<pkg::Inventory> read_catalog(const rootfs::FileTree& tree, const store::PlatformImage& image, Budget& budget,
                                    Files files) {
  std::vector<Digest> layers;
  for (const oci::Descriptor& layer : image.manifest.layers) layers.push_back(layer.digest);
  auto read = catalog::read(tree, layers, budget, image.config.env, with_owned(files));
  if (read) add_instructions(image.config, *read);
  if (read) SUPPLY_TRY(tree.complete().at("image " + image.descriptor.digest.to_string()));
  return std::move(read).at("image " + image.descriptor.digest.to_string());
}

Result<std::vector<ImageSbom>> generate(store::ImageSource& source, const std::vector<store::PlatformImage>& images,
                                        const Request& request, Budget& budget) {
  rootfs::LayerRequest wanted = layer_request(request.files);
  wanted.cache = request.cache;
  if (request.verify_diff_ids) wanted.diff_id = rootfs::WithDiffId::yes;
  SUPPLY_TRY(const rootfs::Layers layers, rootfs::Layers::read(source, images, wanted, budget, request.threads));
  std::vector<ImageSbom> sboms;
  for (const store::PlatformImage& image : images) {
    SUPPLY_TRY(const rootfs::FileTree tree, layers.tree(image));
    SUPPLY_TRY(pkg::Inventory catalog, read_catalog(tree, image, budget, request.files));
    DocumentSubject subject = subject_of(image, request.published);
    if (!request.supplier.empty()) subject.supplier = request.supplier;
    DocumentContent document{subject,     catalog, tree, request.files, created_of(request.source_date_epoch, image),
                             request.tool};
    document.makers.authors = request.authors;
    std::vector<std::string> texts;
    std::vector<Files> files;
    Share memory(budget);  // of the texts while they are made
    if (request.files == Files::all) {
      for (const oci::Descriptor& layer : image.manifest.layers) memory.earn(layer.size);
      SUPPLY_TRY(memory
                     .spend(Cost::memory, request.formats.size() * (tree.size() * kTextBytesPerFile +
                                                                    kTextBytesPerPathByte * tree.path_bytes()))
                     .at("image " + image.descriptor.digest.to_string() + ": a document of all files"));
    }
    for (const Format* format : request.formats) {
      SUPPLY_TRY(TextWithin within, to_text_within(*format, document, request.max_bytes));
      texts.push_back(std::move(within.text));
      files.push_back(within.files);
    }
    const std::vector<const rootfs::LayerScan*> scans = layers.of(image);
    const auto cached = std::count_if(scans.begin(), scans.end(), [](const auto* scan) { return scan->cached; });
    sboms.push_back({image, std::move(catalog), std::move(texts), std::move(files), static_cast<std::size_t>(cached)});
  }
  return sboms;
}

}  // namespace supply::sbom
