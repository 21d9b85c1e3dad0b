// What a policy says about admitting objects to a cluster, beside what it asks of their images. A value; the policy's
// reader makes it.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace supply::policy {

/// What an image's name in an object must say for a yes: what a runtime pulls is what was judged only by its digest.
enum class AdmitDigests {
  fill,     ///< a digest; the mutating webhook fills it in
  require,  ///< a digest; nobody fills it in
  any,      ///< a tag is enough: it is judged by what it stands for now
};

struct Admission {
  AdmitDigests digests = AdmitDigests::fill;
  std::vector<std::string> exempt_namespaces = {};  ///< patterns (glob_match) of namespaces that are not judged
  bool connect = false;                             ///< whether exec, attach and the like into what runs are let pass
  /// Where kinds that Supply does not know have their image or pod: "Kafka" to "spec.kafka.image".
  std::multimap<std::string, std::string> image_paths = {};
  std::vector<std::string> kinds_without_images = {};  ///< unknown ones that run no image, whatever they look like
  /// Ids of rules over workloads ("deploy/privileged"), with * for any run, that objects must fulfil too.
  std::vector<std::string> workload_rules = {};
};

}  // namespace supply::policy
