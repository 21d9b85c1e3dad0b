// A policy on recorded evidence, at a frozen time: the gate itself, so that what a test shows is what happens. Nothing
// of a recorded verdict is believed: everything is verified anew.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libsupply/verdict/gate/collect.hpp"
#include "libsupply/verdict/gate/image_decision.hpp"
#include "libsupply/verdict/policy/case_file.hpp"

namespace supply::gate {

/// Judges the image in `recorded` as if it were called what the case says, at the case's time. Errors are in the
/// result.
ImageDecision rehearse(store::ImageSource& recorded, const oci::Selector& selector, const policy::Case& one,
                       const policy::Policy& policy, Budget& budget);

/// Where the answer is not what the case expects: findings of the rule "expectation"; empty: it is.
std::vector<Finding> compare(const policy::Case& one, const ImageDecision& rehearsed, const std::string& file);

/// What the case would expect if the answer is right: for a case that is recorded.
void expect(const ImageDecision& rehearsed, policy::Case& one);

/// What another policy would change: an error for a verdict that becomes another, a warning for a rule's status. Rule
/// "diff"; empty: nothing.
std::vector<Finding> differences(const policy::Case& one, const ImageDecision& before, const ImageDecision& after,
                                 const std::string& file);

}  // namespace supply::gate
