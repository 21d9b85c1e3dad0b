// From what the members of a predicate say to the repositories that were built. What a build type calls its source is
// said in build_types.cpp; here it is compared with what the builder resolved.
#pragma once

#include <span>

#include "libsupply/trust/provenance/provenance.hpp"

namespace supply::provenance {

/// What one member of a predicate says of a source.
struct Claim {
  std::string where;  ///< "externalParameters.workflow", for messages
  std::string uri, ref, commit;
  /// Whether `ref` is that of the build's own definition (a workflow of another repository), so that only what was
  /// resolved says which ref was built.
  bool ref_of_definition = false;
};

/// What the build's environment says of its only source; empty members say nothing.
struct Hint {
  std::string where;
  std::string repository;  ///< "owner/name", the end of the address
  std::string uri, ref, commit;
};

/// Fills in sources and contradiction. Each claim becomes a source, completed by the dependencies at its address. They
/// contradict it when one of them has another ref or commit, or when repositories are among them and none is a claim's.
/// `dependencies` is what the predicate calls them.
void settle(std::span<const Claim> claims, std::span<const Hint> hints, std::string_view dependencies, Provenance& out);
/// A dependency that is itself a source.
Source source_of(const Resource& dependency);
/// Whether the dependency is a git repository by its scheme, its name or its digest.
bool is_git(const Resource& dependency);
/// The git commit that a digest set names, in lower case; "" when it names none.
std::string commit_in(const std::map<std::string, std::string>& digest);

}  // namespace supply::provenance
