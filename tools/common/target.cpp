#include "tools/common/target.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::tools {
namespace {

constexpr std::size_t kPathBytes = 4096;  // as oci::Reference

struct FormWords {
  TargetForm form;
  std::string_view noun, typed;
};
constexpr std::array<FormWords, 7> kForms{
    {{TargetForm::registry, "image of a registry", "HOST/NAME:TAG"},
     {TargetForm::oci, "OCI layout", "oci:DIR:TAG"},
     {TargetForm::oci_archive, "archive of an OCI layout", "oci-archive:FILE:TAG"},
     {TargetForm::docker_archive, "docker-archive", "docker-archive:FILE:TAG"},
     {TargetForm::dir, "source directory", "dir:PATH"},
     {TargetForm::sbom, "SBOM", "sbom:FILE"},
     {TargetForm::file, "file", "file:PATH"}}};

struct Prefix {
  std::string_view text;
  TargetForm form;
};
constexpr std::array<Prefix, 3> kPathPrefixes{
    {{"dir:", TargetForm::dir}, {"sbom:", TargetForm::sbom}, {"file:", TargetForm::file}}};
constexpr std::array<std::string_view, 6> kImagePrefixes{
    "oci:", "oci-dir:", "oci-archive:", "docker-archive:", "registry:", "docker://"};

// What other programs call their own places of images, and how an image comes from there to a layout. "docker:20" is an
// image of Docker Hub: such a word is a place only where it names no image.
struct ForeignPlace {
  std::string_view prefix, command;
  bool always;
};
constexpr std::array<ForeignPlace, 7> kForeignPlaces{{{"containers-storage:", "podman push", true},
                                                      {"docker-daemon:", "skopeo copy docker-daemon:", true},
                                                      {"ostree:", "skopeo copy ostree:", false},
                                                      {"tarball:", "skopeo copy tarball:", false},
                                                      {"sif:", "skopeo copy sif:", false},
                                                      {"podman:", "podman push", false},
                                                      {"docker:", "skopeo copy docker-daemon:", false}}};

Error wrong(std::string_view text, const std::string& what) {
  return Error(ErrorCode::usage, quote(text) + ": " + what);
}

bool is_path(std::string_view text) { return text.starts_with('.') || text.starts_with('/'); }

bool takes_paths(const AcceptedTargets& accepted) {
  return std::any_of(kPathPrefixes.begin(), kPathPrefixes.end(),
                     [&](const Prefix& prefix) { return accepted.forms.contains(prefix.form); });
}

bool is_directory(std::string_view path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

bool is_layout(const std::filesystem::path& directory) { return io::exists(directory / "oci-layout"); }

// A path that names a layout, with or without a tag behind it; a file of just that name is meant before.
bool names_layout(std::string_view text) {
  if (is_layout(text)) return true;
  const auto reference = oci::Reference::parse(text);
  return reference && !io::exists(text) && is_layout(reference->path());
}

// What a path without a form is to a verb that takes paths.
TargetForm form_of_path(std::string_view path, const AcceptedTargets& accepted) {
  if (is_directory(path)) return TargetForm::dir;  // taken or not: what it is decides what is said
  for (const TargetForm form : {TargetForm::sbom, TargetForm::file})
    if (accepted.forms.contains(form)) return form;
  return TargetForm::dir;
}

Error refused(std::string_view text, const Target& target, const AcceptedTargets& accepted) {
  std::string_view noun;
  std::vector<std::string_view> typed;
  for (const FormWords& words : kForms) {
    if (words.form == target.form()) noun = words.noun;
    if (accepted.forms.contains(words.form)) typed.push_back(words.typed);
  }
  std::string what = accepted.verb + " takes no " + std::string(noun);
  if (target.form() == TargetForm::docker_archive && accepted.forms.contains(TargetForm::oci))
    return wrong(text, what + ", which has no manifest digest; make an image that has one (supply copy " +
                           target.to_string() + " oci:DIR:TAG) and type oci:DIR:TAG");
  return wrong(text, what + "; type " + join(typed, ", "));
}

Result<oci::Reference> parse_docker_url(std::string_view rest) {
  auto reference = oci::Reference::parse(rest);
  const bool says_form = rest.starts_with("registry:");
  if (reference && reference->kind() == oci::Reference::Kind::registry && !says_form) return reference;
  // What looks like a form is a registry's all the same: "docker://oci:1.0" is the image "oci", "docker://registry:2"
  // the image "registry", and "docker://registry:app:1" is no name, as skopeo has it.
  return oci::Reference::parse("registry:" + std::string(rest));
}

const ForeignPlace* foreign_place(std::string_view text, bool names_image) {
  const auto* found = std::find_if(kForeignPlaces.begin(), kForeignPlaces.end(), [&](const ForeignPlace& place) {
    return text.starts_with(place.prefix) && (place.always || !names_image);
  });
  return found == kForeignPlaces.end() ? nullptr : found;
}

// What gh, helm and flux call an image of a registry; a directory of that name is one all the same.
bool is_oci_url(std::string_view text, const Result<oci::Reference>& layout) {
  constexpr std::string_view kOciUrl = "oci://";
  if (!text.starts_with(kOciUrl) || text.substr(kOciUrl.size()).starts_with('/')) return false;
  return !layout || !is_directory(layout->path());
}

Result<oci::Reference> parse_image(std::string_view text, const AcceptedTargets& accepted) {
  constexpr std::string_view kDockerUrl = "docker://";
  if (text.starts_with(kDockerUrl)) return parse_docker_url(text.substr(kDockerUrl.size())).at(std::string(text));
  auto reference = oci::Reference::parse(text);
  if (is_oci_url(text, reference))
    return wrong(
        text, "oci: names a layout, and there is no such directory; of an image of a registry, leave out \"oci://\"");
  if (const ForeignPlace* place = foreign_place(text, bool(reference))) {
    const std::string_view name = text.substr(place->prefix.size());
    const std::string command = std::string(place->command) + (place->command.ends_with(':') ? "" : " ");
    return wrong(text, accepted.verb + " does not read " + std::string(place->prefix) + "; type " + command +
                           std::string(name) + " oci:DIR:TAG, and then oci:DIR:TAG");
  }
  return reference;
}

}  // namespace

Target::Target(oci::Reference image) : form_(TargetForm::registry), image_(std::move(image)) {
  switch (image_->kind()) {
    case oci::Reference::Kind::registry: form_ = TargetForm::registry; break;
    case oci::Reference::Kind::layout: form_ = TargetForm::oci; break;
    case oci::Reference::Kind::oci_archive: form_ = TargetForm::oci_archive; break;
    case oci::Reference::Kind::docker_archive: form_ = TargetForm::docker_archive; break;
  }
}

Result<Target> Target::parse(std::string_view text, const AcceptedTargets& accepted) {
  const auto taken = [&](Target target) -> Result<Target> {
    if (!accepted.forms.contains(target.form())) return refused(text, target, accepted);
    if (target.image_) return target;
    if (target.path_.empty()) return wrong(text, "names no path");
    if (target.path_.size() > kPathBytes) return wrong(text, "has a path of more than 4096 bytes");
    if (target.path_.find('\0') != std::string::npos) return wrong(text, "has a NUL byte in its path");
    return target;
  };
  const auto begins = [&](std::string_view prefix) { return text.starts_with(prefix); };
  const auto* prefix =
      std::find_if(kPathPrefixes.begin(), kPathPrefixes.end(), [&](const Prefix& each) { return begins(each.text); });
  if (accepted.word == AcceptedTargets::Word::path) {
    const bool says_form =
        prefix != kPathPrefixes.end() || std::any_of(kImagePrefixes.begin(), kImagePrefixes.end(), begins);
    if (!says_form || io::exists(text)) return taken({form_of_path(text, accepted), std::string(text)});
  } else if (is_path(text) && takes_paths(accepted) && !names_layout(text)) {
    return taken({form_of_path(text, accepted), std::string(text)});
  }
  if (prefix != kPathPrefixes.end()) return taken({prefix->form, std::string(text.substr(prefix->text.size()))});
  SUPPLY_TRY(oci::Reference image, parse_image(text, accepted));
  return taken(Target(std::move(image)));
}

std::string Target::to_string() const {
  if (image_) return image_->to_string();
  for (const Prefix& prefix : kPathPrefixes)
    if (prefix.form == form_) return std::string(prefix.text) + path_;
  return path_;
}

}  // namespace supply::tools
