// Does an SBOM, one that is attached to an image or one that is given, say what the image or source tree really holds?
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "libsupply/base/finding/finding.hpp"
#include "libsupply/content/sbom/compare.hpp"
#include "libsupply/image/store/image.hpp"
#include "libsupply/trust/verify/verifier.hpp"

namespace supply::sbom_check {

/// A document that a caller names.
struct GivenDocument {
  std::string name, text;
};

struct Request {
  std::optional<oci::Platform> platform;  ///< only this one; without it every runnable one
  std::vector<verify::TrustedKey> keys;   ///< only what they attested counts; none: whatever is attached, and who made
                                          ///< it was not asked
  std::size_t threads = 0;                ///< 0: one per processor
  /// What is compared in the place of what is attached; `keys` are not asked then.
  std::optional<GivenDocument> document = {};
};

/// One SBOM, compared with one platform's image or with a source tree.
struct Compared {
  std::optional<Digest> image;  ///< the platform's manifest; absent of a source tree
  oci::Platform platform;       ///< of an image
  Digest evidence;              ///< the blob that holds the SBOM, or the document's own digest
  std::string signer;           ///< the key's name; empty when nobody asked
  std::string format;           ///< "SPDX-2.3"; empty when it could not be read
  std::string problem;          ///< why it could not be read; empty else
  bool unread;                  ///< with a problem: of a form or size that Supply does not read
  sbom::Comparison comparison;
};

/// One platform's image that was looked into.
struct JudgedImage {
  Digest manifest;
  std::vector<oci::Platform> platforms;  ///< several where the index lists the manifest for them
};

struct Report {
  std::optional<Digest> root;      ///< absent of a source tree
  std::vector<Compared> compared;  ///< by platform in index order, then evidence
  std::vector<Finding> findings;   ///< an error for each difference, and for a platform without an SBOM; sorted
  /// What of the images was not read and may hold packages (rule "sbom/unknown"), and what only an SBOM lists of such
  /// an image: it may be in what was not read; an SBOM of a form that is not read, and evidence that was not read and
  /// may hold one. Sorted. While there are any, nobody knows whether an SBOM is right.
  std::vector<Finding> unknowns;
  std::vector<oci::LeftOut> left_out;    ///< entries of the index
  std::vector<JudgedImage> images = {};  ///< all, in index order, with an SBOM or without
  std::string document = {};             ///< the name of the one that was given; empty: attached ones were asked
  enum class Answer { agrees, disagrees, unknown };
  /// agrees: every platform has an SBOM, all of its image was read, and every SBOM that counts agrees.
  Answer answer() const {
    if (!findings.empty()) return Answer::disagrees;
    return unknowns.empty() ? Answer::agrees : Answer::unknown;
  }
  bool agrees() const { return answer() == Answer::agrees; }
};

/// An SBOM of an index speaks for every platform under it. Errors: those of the store, the layers and the catalog, and
/// of a document that was given those of sbom::parse_sbom().
Result<Report> check(store::ImageSource& source, const oci::Descriptor& root, const Request& request, Budget& budget);

/// The same of a document and a source tree, `name`, with what is in it. Nothing is attached to a directory. Errors:
/// those of sbom::parse_sbom().
Result<Report> check_tree(const pkg::Inventory& tree, const std::string& name, const GivenDocument& document);

nlohmann::json to_json(const Report& report);
std::string to_text(const sbom::Comparison& comparison);
nlohmann::json to_json(const sbom::Comparison& comparison);

}  // namespace supply::sbom_check
