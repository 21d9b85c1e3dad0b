#include "libsupply/content/sbom/image_subject.hpp"

#include <algorithm>
#include <filesystem>

#include "libsupply/base/text/text.hpp"

namespace supply::sbom {
namespace {

// What the manifest's annotations, or else the config's labels, say. Source: OCI image-spec v1.1, annotations.md.
std::string said(const store::PlatformImage& image, const std::string& key) {
  const auto annotation = image.manifest.annotations.find(key);
  if (annotation != image.manifest.annotations.end()) return annotation->second;
  const auto label = image.config.labels.find(key);
  return label != image.config.labels.end() ? label->second : std::string();
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

Result<std::optional<oci::Reference>> published_as(std::string_view name) {
  if (name.empty()) return std::optional<oci::Reference>();
  auto reference = oci::Reference::parse(name);
  if (!reference || reference->kind() != oci::Reference::Kind::registry || reference->selector().digest)
    return Error(ErrorCode::usage, "name " + quote(name) + ": want a repository in a registry, with or without a tag");
  // A registry's reference without a tag has the usual one, which nobody said.
  const auto& tag = reference->selector().tag;
  if (tag && !name.ends_with(":" + *tag)) return std::optional(reference->with({}));
  return std::optional(*std::move(reference));
}

std::string platforms_text(const store::PlatformImage& image) {
  return join(image.platforms(), ", ", [](const oci::Platform& platform) { return platform.to_string(); });
}

std::string file_of_platform(const std::string& file, const store::PlatformImage& image,
                             const std::vector<store::PlatformImage>& images) {
  if (images.size() == 1) return file;
  std::string name = image.platform.to_string();
  if (std::count_if(images.begin(), images.end(), [&](const auto& other) { return other.platform == image.platform; }) >
      1)
    name += "-" + std::string(image.descriptor.digest.encoded().substr(0, 12));
  std::replace(name.begin(), name.end(), '/', '-');
  const std::filesystem::path path(file);
  return (path.parent_path() / (path.stem().string() + "." + name + path.extension().string())).string();
}

}  // namespace supply::sbom
