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
  std::size_t place = 0;     ///< of the layer in the manifest
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

/// Where evidence is looked for. `referrers` is whatever the store or the index itself lists about the subject.
enum class Places { all, referrers, tags };

/// What somebody asks for. Only what can matter to it is fetched: a referrer whose artifact type or predicate type, as
/// listed, makes it something else is passed over (where the list says nothing, its manifest is read).
struct Wanted {
  bool signatures = true;           ///< bundles, and the tag sha256-<hex>.sig
  bool statements = true;           ///< bundles, and the tag sha256-<hex>.att
  std::string predicate_type = {};  ///< of the statements; empty: any
  bool unsigned_too = true;         ///< BuildKit's statements, the tag sha256-<hex>.sbom, all that is no evidence
  Places places = Places::all;
};

/// What is attached to `subject` (its digest and media type count): referrers wherever the store keeps them, and the
/// tags. One form never hides the other. Of an index, BuildKit's statements about its platforms too, each under its
/// platform. Asks several things at a time, and never for a list of tags. Errors: whatever could not be read or is not
/// what its digest says: "nothing is attached" is an answer only when it is known; limit_exceeded. Evidence that is
/// malformed inside is returned, and refused later. `known` is what was found at other places before: it is in the
/// answer too, counts for the limits, and nothing of it is there twice.
Result<Attached> collect(store::ImageSource& source, const oci::Descriptor& subject, const Wanted& wanted = {},
                         Attached known = {});

}  // namespace supply::evidence
