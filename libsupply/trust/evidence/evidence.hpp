// What is attached to an image, found and fetched, not yet believed.
#pragma once

#include <string>
#include <vector>

#include "libsupply/image/store/store.hpp"

namespace supply::evidence {

enum class Kind {
  bundle,              ///< a Sigstore bundle (cosign v3, Supply)
  simple_signing,      ///< a layer of a .sig manifest (cosign v2)
  envelope,            ///< a DSSE envelope: a layer of an .att manifest (cosign v2)
  unsigned_statement,  ///< an in-toto statement without signature (BuildKit): can be shown, never counts as signed
};

struct Evidence {
  Kind kind;
  Digest subject;            ///< the manifest or index it was found at
  oci::Descriptor manifest;  ///< the referrer, or the manifest under the .sig or .att tag
  oci::Descriptor blob;      ///< the layer that holds it, with its annotations
  std::string bytes;         ///< checked against the layer's digest
};

/// A referrer that is none of the kinds above: shown by inspect, ignored by every verifier.
struct Other {
  Digest subject;
  oci::Descriptor manifest;
};

struct Attached {
  std::vector<Evidence> evidence;  ///< sorted by kind, manifest digest, place in the manifest
  std::vector<Other> others;       ///< sorted by digest
};

/// All that is attached to `subject` (its digest and media type count): referrers wherever the store keeps them, and
/// the tags sha256-<hex>.sig, .att and .sbom. One form never hides the other. Of an index, BuildKit's statements about
/// its platforms too, each under its platform. Errors: whatever could not be read or is not what its digest says:
/// "nothing is attached" is an answer only when it is known; limit_exceeded. Evidence that is malformed inside is
/// returned, and refused later.
Result<Attached> collect(store::ImageSource& source, const oci::Descriptor& subject);

}  // namespace supply::evidence
