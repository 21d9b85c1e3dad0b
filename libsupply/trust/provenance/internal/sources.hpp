// From what the members of a predicate say to the repositories that were built. What a build type calls its source is
// said in build_types.cpp; here it is compared with what the builder resolved.
#pragma once

#include <span>

#include "libsupply/trust/provenance/provenance.hpp"

namespace supply::provenance {

/// What one member of a predicate says of a source.
struct SourceClaim {
  std::string where;  ///< "externalParameters.workflow", for messages
  std::string uri, ref;
  std::vector<std::string> commits;  ///< as commits_in has them
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
/// contradict it when one of them has another ref or commit (also where it has the repository by another scheme, or two
/// commits itself), or when repositories are among them and none is a claim's.
/// `dependencies` is what the predicate calls them.
void settle(std::span<const SourceClaim> claims, std::span<const Hint> hints, std::string_view dependencies,
            Provenance& out);
/// A dependency that is itself a source. What contradicts itself in it is noted where `contradiction` is still empty.
SourceRepository source_of(const Resource& dependency, std::string& contradiction);
/// Whether the dependency is a git repository by its scheme, its name or its digest.
bool is_git(const Resource& dependency);
/// What a digest set calls a git commit, in lower case: more than one when its members differ. One that is abbreviated,
/// or is no commit at all, is among them: beside a full commit that it does not begin it is a contradiction, and alone
/// it is no commit of a source.
std::vector<std::string> commits_in(const std::map<std::string, std::string>& digest);

}  // namespace supply::provenance
