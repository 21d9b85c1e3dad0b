#include "libsupply/content/sbom/image_sbom.hpp"

#include <algorithm>
#include <set>

#include "libsupply/content/sbom/convert.hpp"
#include "libsupply/content/secrets/secrets.hpp"

namespace supply::sbom {

namespace {

// What a file adds to a document, and to the string that grows with it.
constexpr std::uint64_t kTextBytesPerFile = 700, kTextBytesPerPathByte = 2;

catalog::WithOwnedFiles with_owned(Files files) {
  return files == Files::none ? catalog::WithOwnedFiles::no : catalog::WithOwnedFiles::yes;
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

// An eStargz layer has a table of contents, by which stargz-snapshotter reads files chunk by chunk, and not by the tar.
// Nobody compared the two. Source: containerd/stargz-snapshotter, docs/estargz.md.
void add_stargz_tables(const rootfs::FileTree& tree, const store::PlatformImage& image, pkg::Inventory& catalog) {
  constexpr std::string_view kTable = "stargz.index.json", kDigest = "containerd.io/snapshot/stargz/toc.digest";
  const bool is_there = tree.find_unfollowed(kTable).has_value();
  for (const oci::Descriptor& layer : image.manifest.layers) {
    if (!layer.annotations.contains(std::string(kDigest)) && !is_there) continue;
    catalog.unknowns.push_back(
        {"", std::string(kTable),
         "a table of contents (eStargz), by which stargz-snapshotter reads the files of a layer; "
         "Supply reads the tar, and did not compare the two"});
    return;
  }
}

}  // namespace

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
  if (read) add_stargz_tables(tree, image, *read);
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
    const Time created = created_of(request.source_date_epoch, image);
    DocumentContent document{subject, catalog, tree, request.files, created, request.tool};
    document.makers.authors = request.authors;
    document.verbose = request.verbose;
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
    sboms.push_back({image, std::move(subject), created, std::move(catalog), std::move(texts), std::move(files),
                     static_cast<std::size_t>(cached)});
  }
  return sboms;
}

ParsedSbom described(ImageSbom sbom, const Request& request) {
  ParsedSbom out;
  out.format = "image";
  out.subject = std::move(sbom.subject);
  out.inventory = std::move(sbom.catalog);
  out.created = sbom.created;
  out.makers = {request.authors, {request.tool}};
  out.generation_context = "post-build";
  return out;
}

// An index says nothing of itself but where it is published; its time is that of its newest image.
Result<std::vector<std::string>> index_documents(const Digest& index, const std::vector<ImageSbom>& sboms,
                                                 const Request& request) {
  DocumentSubject subject;
  if (request.published) {
    subject.name = subject.repository_url = request.published->name();
    subject.tag = request.published->selector().tag.value_or("");
  }
  subject.supplier = request.supplier;
  subject.manifest = index;
  Time created{};
  for (const ImageSbom& sbom : sboms) created = std::max(created, sbom.created);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < request.formats.size(); ++i) {
    std::vector<PlatformDocument> documents;
    for (const ImageSbom& sbom : sboms) documents.push_back({sbom.subject, sbom.texts[i]});
    if (request.formats[i]->write_index == nullptr) {
      texts.emplace_back();
      continue;
    }
    SUPPLY_TRY(std::string text,
               index_text(*request.formats[i], {subject, documents, created, request.tool, request.authors}));
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace supply::sbom
