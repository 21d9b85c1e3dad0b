// A request of a Kubernetes API server to admit an object, and the answer to it: AdmissionReview of
// admission.k8s.io/v1. Values; any thread. Source: Kubernetes, Dynamic Admission Control, "Webhook request and
// response"; k8s.io/api/admission/v1.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"

namespace supply::admission {

struct Review {
  std::string uid;
  std::string group, version, kind;  ///< of the object, whatever the object says itself
  std::string resource, subresource;
  std::string space, name;  ///< namespace and name; empty where there is none
  std::string operation;    ///< CREATE, UPDATE, DELETE, CONNECT
  std::string user;
  bool dry_run = false;
  /// The object as JSON, one value a line, its apiVersion and kind as the request says; empty: there is none.
  std::string object = {};
  /// The old object is there, and differs in nothing that could run: not in metadata, status and replicas alone.
  bool unchanged = false;

  /// "Pod shop/web", "ephemeralcontainers of Pod shop/web".
  std::string subject() const;
};

/// Errors: malformed (no such document, a member of another type, an object of another kind than the request says),
/// unsupported (another version), limit_exceeded. Of an error that came after the uid was read, `uid` has it.
Result<Review> parse_review(std::string_view json, std::string& uid);

/// One change of the object. Source: RFC 6902.
struct Patch {
  std::string path;   ///< a JSON pointer
  std::string value;  ///< that replaces what is there
};

/// What the API server is told. The default value is a no.
struct Answer {
  bool allowed = false;
  int code = 403;                 ///< of a no
  std::string reason = {};        ///< of a no: a StatusReason, "Forbidden"
  std::string message = {};       ///< of a no: why, and what to do
  std::vector<Patch> patch = {};  ///< of a yes
  std::vector<std::string> warnings = {};
  std::vector<std::pair<std::string, std::string>> audit = {};  ///< annotations of the audit event
};

/// The AdmissionReview with the response.
std::string to_text(const std::string& uid, const Answer& answer);

}  // namespace supply::admission
