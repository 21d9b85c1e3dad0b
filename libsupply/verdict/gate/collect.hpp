// From an image in a store to the facts that the rules see. The only part of the gate that reads anything.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "libsupply/content/catalog/catalog.hpp"
#include "libsupply/image/rootfs/rootfs.hpp"
#include "libsupply/image/store/store.hpp"
#include "libsupply/trust/evidence/evidence.hpp"
#include "libsupply/verdict/policy/facts.hpp"
#include "libsupply/verdict/policy/policy.hpp"

namespace supply::gate {

/// What the gate takes from the layers of one image.
struct Content {
  pkg::Inventory catalog;
  policy::Users users;
  std::optional<std::vector<policy::FileFact>> files = {};  ///< absent: too many
};

/// Opens the store that a base image's reference names.
using OpenStore = std::function<Result<std::unique_ptr<store::ImageSource>>(const oci::Reference& reference)>;

struct Options {
  std::optional<oci::Platform> platform;  ///< only this one; else every runnable platform
  Time now;                               ///< the time to judge by
  bool simulated_time = false;            ///< `now` is not the real time: the report says so
  OpenStore open_store;                   ///< for base images; without it their question stays undecided
  /// Whether layers are read where no rule asks what is in them: a runtime that pulls an image from a registry by its
  /// digest checks them then.
  evidence::CheckLayers layers = evidence::CheckLayers::yes;
  std::size_t threads = 0;  ///< 0: one per processor
  /// What to resolve in the store, of recorded evidence: the reference then only says what the image was called.
  std::optional<oci::Selector> recorded = {};
  /// By manifest: contents whose layers the caller has just read, all of them, with collectors() and with diff_ids
  /// checked. Every other image's layers are read here.
  const std::map<Digest, Content>* known = nullptr;
};

/// The collectors that content() needs, for a caller that reads the layers itself. They have static storage.
std::vector<const rootfs::Collector*> collectors();
/// What the gate wants to know of one image whose layers were read with collectors(). Errors: malformed.
Result<Content> content(const rootfs::FileTree& tree, const store::PlatformImage& image, Budget& budget);

/// Whether an entry of the policy asks what is in an image: then one image may take the memory that a run may.
bool asks_what_is_inside(const policy::Policy& policy);

/// Resolves once, verifies what is attached to the index and to each platform's manifest with the policy's keys, and
/// reads every layer once, or those that a rule asks about: a damaged image is an error (mismatch, malformed), whatever
/// was signed.
/// Errors: those of the store: "could not find out" is no verdict. Only a base image that cannot be had is a fact
/// (BaseCandidate::Answer::unknown), and so is that the budget did not pay for all signatures (Facts::unfinished): what
/// was checked holds, and rules deny nothing for want of the rest.
Result<policy::Facts> collect(store::ImageSource& source, const oci::Reference& reference, const policy::Policy& policy,
                              const Options& options, Budget& budget);

}  // namespace supply::gate
