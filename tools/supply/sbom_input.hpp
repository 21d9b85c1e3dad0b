// What the verbs under `sbom` take: a document, an image, a source tree.
#pragma once

#include <string>
#include <vector>

#include "libsupply/content/sbom/image_sbom.hpp"
#include "tools/common/image.hpp"

namespace supply::tools {

inline constexpr TargetForms kImagesAndSources{TargetForm::registry, TargetForm::oci, TargetForm::oci_archive,
                                               TargetForm::docker_archive, TargetForm::dir};
inline constexpr TargetForms kImagesAndDocuments{TargetForm::registry,       TargetForm::oci,  TargetForm::oci_archive,
                                                 TargetForm::docker_archive, TargetForm::sbom, TargetForm::dir};

/// A document that was named, or what an image or a source tree holds.
struct NamedSbom {
  sbom::ParsedSbom sbom;
  bool is_image = false;
  bool complete = true;  ///< all of the image was read, and the document names no known unknowns
};

/// sbom:FILE, ./FILE, dir:PATH, or each platform of an image. What was not read is said. With `format` the document
/// that Supply writes of it in that format, as its readers have it: for those that judge documents. Errors: those of
/// the document or the store.
Result<std::vector<NamedSbom>> named_sboms(const std::string& text, Stores& stores, const Console& console,
                                           std::string_view format = {});
/// The same of one. Errors also: usage (an image of several platforms).
Result<NamedSbom> named_sbom(const std::string& text, Stores& stores, const Console& console,
                             std::string_view format = {});
/// What every document of one run says of its tool and its time. Errors: usage (SOURCE_DATE_EPOCH).
Result<sbom::Request> document_request();

}  // namespace supply::tools
