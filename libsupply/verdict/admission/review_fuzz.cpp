#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/verdict/admission/admit.hpp"

// A review of whatever bytes: read, judged by a judge that allows everything that it can, and answered. What is
// answered is JSON, and what has no image is not asked about.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply;
  class Yes : public admission::Judge {
    std::vector<admission::ImageVerdict> judge(const std::vector<admission::ImageQuestion>& questions) override {
      admission::ImageVerdict yes;
      yes.verdict = gate::Verdict::allow;
      yes.digest = "sha256:" + std::string(64, 'a');
      return std::vector<admission::ImageVerdict>(questions.size(), yes);
    }
  } judge;
  static const policy::Policy asked = [] {
    policy::Policy one{.name = "policy.yaml", .digest = *Digest::parse("sha256:" + std::string(64, 'b'))};
    one.admission = policy::Admission{};
    one.admission->image_paths = {{"Kafka", "spec.kafka.image"}};
    one.admission->workload_rules = {"deploy/privileged"};
    return one;
  }();
  std::string uid;
  const auto review = admission::parse_review({reinterpret_cast<const char*>(data), size}, uid);
  if (!review) return 0;
  for (const auto webhook : {admission::Webhook::validating, admission::Webhook::mutating}) {
    const admission::Admitted admitted = admission::admit(*review, asked, webhook, judge, Time{});
    if (!json::parse(admission::to_text(uid, admitted.answer))) std::abort();
    if (admitted.answer.allowed != (admitted.outcome == admission::Outcome::allowed)) std::abort();
  }
  return 0;
}
