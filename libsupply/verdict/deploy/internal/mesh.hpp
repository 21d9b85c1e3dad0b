// Whether a deployment is in an Istio mesh, and which objects of it apply to a namespace. For the .cpp files of this
// room.
#pragma once

#include <algorithm>

#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy {

inline constexpr std::string_view kIstioSecurity = "security.istio.io", kIstioNetworking = "networking.istio.io";

/// A namespace that is injected, a label of a pod, or any object of Istio.
inline bool has_mesh(const Deployment& deployment) {
  for (const Object& object : deployment.objects) {
    if (object.api.find(".istio.io/") != std::string::npos) return true;
    if (object.kind == "Namespace")
      if (const yaml::Node* labels = node_at(object.node, "metadata.labels");
          labels != nullptr &&
          (text_at(*labels, "istio-injection") == "enabled" || labels->find("istio.io/rev") != nullptr))
        return true;
  }
  return false;
}

/// The mesh's root namespace holds what is for every namespace.
inline bool applies_to(const Object& object, const std::string& space) {
  return object.space == space || object.space == "istio-system";
}

}  // namespace supply::deploy
