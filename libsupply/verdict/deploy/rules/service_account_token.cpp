// Pods do not get a token of the API server.
#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  (void)around;
  for (const Workload& workload : deployment.workloads) {
    if (workload.form != Workload::Form::kubernetes || workload.token.is_no()) continue;
    if (workload.token.is_yes()) {
      findings.no({workload.subject(), workload.token.place, "no token of the API server",
                   workload.token.text.empty() ? "automountServiceAccountToken: true" : workload.token.text,
                   "take it away, or give it an audience of its own"});
      continue;
    }
    bool off = false;
    for (const Object* account : objects_of(deployment, "", "ServiceAccount"))
      if (account->space == workload.space &&
          account->name == (workload.service_account.empty() ? "default" : workload.service_account))
        if (const yaml::Node* token = account->node.find("automountServiceAccountToken"); token != nullptr)
          off = token->kind == yaml::Node::Kind::boolean && !token->flag;
    if (!off)
      findings.no({workload.subject(), workload.place, "no token of the API server",
                   "automountServiceAccountToken is not set", "set automountServiceAccountToken: false"});
  }
  for (const Object* secret : objects_of(deployment, "", "Secret"))
    if (const yaml::Node* type = secret->node.find("type");
        type != nullptr && type->text == "kubernetes.io/service-account-token" &&
        (secret->node.find("data") == nullptr || secret->node.find("data")->members.empty()))
      findings.no({"Secret " + secret->space + "/" + secret->name, deployment.place_of(*type),
                   "no token of the API server", "a token that does not expire", "use the TokenRequest API"});
}

}  // namespace

const DeploymentRule& service_account_token() {
  static constexpr DeploymentRule rule{
      "deploy/service-account-token", "pods do not get a token of the API server",
      "What does not ask the API server needs no credential for it. Counts: automountServiceAccountToken: false of the "
      "pod, or of its service account in the files. A projected token for more than a day is found too, and a Secret "
      "of "
      "type kubernetes.io/service-account-token, which does not expire",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules
