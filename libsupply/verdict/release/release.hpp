// The build side in one go: layers read once, an SBOM for each platform, provenance and a signature for the whole, all
// attached; then the gate on what came of it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libsupply/trust/sign/sign_image.hpp"
#include "libsupply/verdict/gate/collect.hpp"
#include "libsupply/verdict/gate/decide.hpp"

namespace supply::release {

/// Whether the gate judges before anything is attached: then an image that it does not allow is left as it was, without
/// so much as a blob. Else what was made is attached whatever the gate says of it.
enum class JudgeFirst { no, yes };

struct Request {
  const sign::Signer& signer;
  const policy::Policy& policy;
  std::string provenance;                          ///< the predicate's JSON text (SLSA v1)
  std::map<std::string, std::string> annotations;  ///< signed with the image
  Time now;                                        ///< of the attachments, and to judge by
  std::optional<Time> source_date_epoch;           ///< of the SBOMs; else the image's own time
  std::string tool = "supply";                     ///< as the SBOM's creator
  gate::OpenStore open_store;                      ///< for base images that the policy names
  std::size_t threads = 0;                         ///< 0: one per processor
  JudgeFirst judge_first = JudgeFirst::no;
  const sign::SigningServices* services = nullptr;  ///< null: neither log nor timestamps
};

struct AttachedReferrer {
  std::string what;  ///< "sbom", "provenance", "signature"
  Digest subject;    ///< what it is about
  Digest referrer;   ///< what was attached
};

struct Release {
  Digest digest;                              ///< of the image or index
  std::vector<AttachedReferrer> attachments;  ///< in the order made; empty when nothing was attached
  std::vector<std::string> not_done;          ///< what a release should have and this one does not, for a reader
  policy::Facts facts;
  gate::Decision decision;
};

/// Attaches all of it together at the end, and ends the store's change. An error before that leaves the image as it
/// was; one while attaching leaves some of it in place, each whole, and a second run goes on. Errors: those of the
/// store, the layers, the catalog, signing and gate::collect.
Result<Release> release(store::ContentStore& store, const oci::Reference& reference, const Request& request,
                        Budget& budget);

/// What is attached to an image that the gate did not allow, and how to take it away; "" where nothing does.
std::string standing(const Release& release, const oci::Reference& reference);

/// A record of what was attached and what was not done; schema: schemas/release.schema.json. The verdict is the gate's.
nlohmann::json to_json(const Release& release);
/// The record of a release that could not be made: nothing is known of what is attached by then.
nlohmann::json failure_to_json(const std::string& image, const Error& error);

}  // namespace supply::release
