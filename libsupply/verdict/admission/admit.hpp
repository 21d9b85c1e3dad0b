// Whether an object may be admitted to a cluster: a pure function of the request, the policy and what the judge says of
// each image. One way for the validating and the mutating webhook.
#pragma once

#include <optional>

#include "libsupply/base/time/time.hpp"
#include "libsupply/verdict/admission/review.hpp"
#include "libsupply/verdict/deploy/deployment_rule.hpp"
#include "libsupply/verdict/gate/decide.hpp"
#include "libsupply/verdict/policy/policy.hpp"

namespace supply::admission {

enum class Webhook { validating, mutating };

/// What the gate said of one image.
struct ImageVerdict {
  gate::Verdict verdict = gate::Verdict::undecided;
  std::string digest = {};                 ///< what its name leads to; empty: not known
  std::string why = {};                    ///< it is not allowed
  std::vector<std::string> warnings = {};  ///< of entries that only warn, and of broken glass
  std::optional<Error> error = {};         ///< why nothing could be found out
  bool timed_out = false, overloaded = false;
  bool kept = false;  ///< nothing was fetched for it
  std::optional<deploy::ImageUser> user = {};
};

struct ImageQuestion {
  std::string name;     ///< as it is in the object
  bool filled = false;  ///< the digest will be filled in: the image is judged as named by it
};

/// Judges images. The implementation sees to fetching, keeping and the deadline.
class Judge {
 public:
  virtual ~Judge() = default;
  /// As many answers as questions, in their order.
  virtual std::vector<ImageVerdict> judge(const std::vector<ImageQuestion>& questions) = 0;
};

enum class Outcome {
  undecided,  ///< it could not be found out (the default value)
  allowed,
  denied,
  timed_out,
  overloaded,
  malformed,  ///< no request that Supply reads
};
std::string_view to_string(Outcome outcome);

/// An answer, and what logs and metrics say of it.
struct Admitted {
  Answer answer = {};
  Outcome outcome = Outcome::undecided;
  std::string unjudged = {};  ///< of a yes: why nothing was judged ("delete", "unchanged", …)
  std::vector<std::pair<ImageQuestion, ImageVerdict>> images = {};
};

/// Errors: usage, when a pattern of the policy's workload rules names no rule.
Status check(const policy::Policy& policy);

/// DELETE is allowed, CONNECT as the policy says. An object is denied when an image in it is denied, has no digest
/// where the policy wants one, or could not be judged; when it is of a kind that could run an image and Supply does not
/// know where; when a rule over workloads that the policy asks says no or cannot say. What cannot run an image (other
/// kinds, subresources such as status), what an update leaves as it was, and what is in an exempt namespace is allowed.
/// What an exception of the policy covers at that time is no denial, and a warning.
Admitted admit(const Review& review, const policy::Policy& policy, Webhook webhook, Judge& judge, Time now);
/// The answer to what is no request: a no of that uid.
Admitted refuse(const Error& error);

}  // namespace supply::admission
