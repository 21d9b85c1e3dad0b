// What comes from outside comes encrypted.
#include "libsupply/verdict/deploy/internal/mesh.hpp"

namespace supply::deploy::rules {

using yaml::Node;

namespace {

void gateways(const Deployment& deployment, Findings& findings) {
  for (const Object* gateway : objects_of(deployment, kIstioNetworking, "Gateway")) {
    const Node* servers = node_at(gateway->node, "spec.servers");
    const Node* selector = node_at(gateway->node, "spec.selector");
    const std::string which = selector == nullptr ? "" : text_at(*selector, "istio");
    // What goes out, or between clusters, is the mesh's own.
    if (servers == nullptr || which.find("egress") != std::string::npos || which.find("eastwest") != std::string::npos)
      continue;
    const std::string subject = "Gateway " + gateway->space + "/" + gateway->name;
    for (const Node& server : servers->items) {
      const Node *protocol = node_at(server, "port.protocol"), *tls = server.find("tls");
      const Node* redirect = tls == nullptr ? nullptr : tls->find("httpsRedirect");
      const bool redirects = redirect != nullptr && redirect->text == "true";
      if (protocol != nullptr && protocol->text.starts_with("HTTP") && protocol->text != "HTTPS" && !redirects)
        findings.no({subject, deployment.place_of(redirect != nullptr ? *redirect : *protocol),
                     "TLS, or a redirection to it", "protocol " + protocol->text + " without httpsRedirect: true",
                     "set tls: {httpsRedirect: true}", text_at(*server.find("port"), "name")});
      if (const Node* version = tls == nullptr ? nullptr : tls->find("minProtocolVersion");
          version != nullptr && (version->text == "TLSV1_0" || version->text == "TLSV1_1"))
        findings.no(
            {subject, deployment.place_of(*version), "TLS 1.2 or later", version->text, "set TLSV1_2", "version"});
    }
  }
}

void judge(const Deployment& deployment, const Surrounding&, Findings& findings) {
  gateways(deployment, findings);
  for (const Object* ingress : objects_of(deployment, "networking.k8s.io", "Ingress")) {
    const Node* tls = node_at(ingress->node, "spec.tls");
    if (tls == nullptr || tls->items.empty())
      findings.no({"Ingress " + ingress->space + "/" + ingress->name, ingress->place, "TLS", "spec.tls is not set",
                   "name a secret with the certificate"});
  }
}

}  // namespace

const DeploymentRule& ingress_tls() {
  static constexpr DeploymentRule rule{"deploy/ingress-tls", "what comes from outside comes encrypted",
                                       "Counts: servers of an Istio Gateway that speak HTTP without httpsRedirect, or "
                                       "TLS before 1.2; an Ingress without "
                                       "tls",
                                       judge};
  return rule;
}

}  // namespace supply::deploy::rules
