// The gate's answer about one image. A value; judge() makes it, for every verb.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libsupply/verdict/gate/decide.hpp"
#include "libsupply/verdict/policy/facts.hpp"

namespace supply::gate {

/// Facts and a decision, or why there is none.
struct ImageDecision {
  std::string reference;                    ///< as typed; of a recorded image, the case's name
  std::optional<policy::Facts> facts = {};  ///< without what files hold; absent when `error` is set
  Decision decision = {};
  std::optional<Error> error = {};  ///< could not find out, or damaged: then it is undecided

  Verdict verdict() const { return error ? Verdict::undecided : decision.verdict; }
};

/// Decides by the policy, where there are facts.
ImageDecision judge(std::string reference, Result<policy::Facts> facts, const policy::Policy& policy);
/// judge() for each reference, in their order whatever the threads do. `facts_of(i)` is called once for each, by any
/// thread: several at once, but one after the other where the policy asks what is in images, which are read by all
/// threads then.
std::vector<ImageDecision> judge_all(const std::vector<std::string>& references, const policy::Policy& policy,
                                     const std::function<Result<policy::Facts>(std::size_t)>& facts_of);
/// "deny: signatures: not signed as asked: found …, want …: REMEDY; sbom: … (could not be found out)": the rules that
/// say no, each with the first finding that does. All findings are in the report of `supply gate`.
std::string reason_of(const Decision& decision);

}  // namespace supply::gate
