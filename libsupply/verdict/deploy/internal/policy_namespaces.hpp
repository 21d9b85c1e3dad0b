// Policies whose namespace is misspelt. For the .cpp files of this room.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "libsupply/content/deploy/deployment.hpp"

namespace supply::deploy {

/// The one of `names` that differs from `name` by a slip of the keyboard, and in no digit; "" where there is none, or
/// `name` is one of them.
std::string nearly(std::string_view name, const std::set<std::string>& names);

/// The namespaces that are known: those of the files, and those that clusters usually have.
std::set<std::string> known_namespaces(const Deployment& deployment);

/// The deployment with each policy (NetworkPolicy, PeerAuthentication, AuthorizationPolicy) that is in a namespace
/// without anything else, by a misspelt name or by none, in the namespace of workloads that it was meant for: it is
/// found by rule policy-namespaces, and what follows from it is not said again. Nothing where all are in their place.
std::optional<Deployment> with_policies_where_they_are_meant(const Deployment& deployment);
/// The namespace as it is written, "default" where none is.
std::string written_namespace(const Object& object);
bool is_policy(const Object& object);

}  // namespace supply::deploy
