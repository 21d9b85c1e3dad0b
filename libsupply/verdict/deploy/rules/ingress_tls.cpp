// What comes from outside comes encrypted.
#include <algorithm>

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

// Whether an entry of tls is for the host; one without hosts is for all. Source: Kubernetes API, IngressTLS.
bool is_encrypted(const Node& tls, std::string_view host) {
  return std::any_of(tls.items.begin(), tls.items.end(), [&](const Node& entry) {
    const Node* hosts = entry.find("hosts");
    return hosts == nullptr || hosts->items.empty() ||
           std::any_of(hosts->items.begin(), hosts->items.end(), [&](const Node& one) {
             return one.text == host || (one.text.starts_with("*.") && host.find('.') != std::string_view::npos &&
                                         host.substr(host.find('.')) == std::string_view(one.text).substr(1));
           });
  });
}

// Of the Gateway API, a listener that does not encrypt beside none that does: nobody can be redirected.
void listeners(const Deployment& deployment, Findings& findings) {
  for (const Object* gateway : objects_of(deployment, "gateway.networking.k8s.io", "Gateway")) {
    const Node* all = node_at(gateway->node, "spec.listeners");
    if (all == nullptr) continue;
    const auto says = [](const Node& listener, std::string_view what) { return text_at(listener, "protocol") == what; };
    if (std::any_of(all->items.begin(), all->items.end(),
                    [&](const Node& one) { return says(one, "HTTPS") || says(one, "TLS"); }))
      continue;
    for (const Node& listener : all->items)
      if (says(listener, "HTTP"))
        findings.no({"Gateway " + gateway->space + "/" + gateway->name, deployment.place_of(*listener.find("protocol")),
                     "a listener with TLS", "protocol HTTP, and no listener has TLS", "add one with protocol HTTPS",
                     text_at(listener, "name")});
  }
}

void judge(const Deployment& deployment, const Surrounding&, Findings& findings) {
  listeners(deployment, findings);
  gateways(deployment, findings);
  for (const Object* ingress : objects_of(deployment, "networking.k8s.io", "Ingress")) {
    const std::string subject = "Ingress " + ingress->space + "/" + ingress->name;
    const Node* tls = node_at(ingress->node, "spec.tls");
    if (tls == nullptr || tls->items.empty()) {
      findings.no({subject, tls == nullptr ? ingress->place : deployment.place_of(*tls), "TLS", "spec.tls is not set",
                   "name a secret with the certificate"});
      continue;
    }
    if (const Node* rules = node_at(ingress->node, "spec.rules"); rules != nullptr)
      for (const Node& rule : rules->items)
        if (const Node* host = rule.find("host");
            host != nullptr && !host->is_null() && !is_encrypted(*tls, host->text))
          findings.no({subject, deployment.place_of(*host), "TLS for every host",
                       "host " + quote(host->text) + " is not among the hosts of spec.tls", "name it there",
                       host->text});
    if (const Node* annotations = node_at(ingress->node, "metadata.annotations"); annotations != nullptr)
      for (const yaml::Member& each : annotations->members) {
        const bool plain = (each.key.ends_with("/ssl-redirect") && to_lower(each.value.text) == "false") ||
                           (each.key.ends_with("/router.entrypoints") && each.value.text == "web") ||
                           (each.key.ends_with("/router.tls") && to_lower(each.value.text) == "false");
        if (plain)
          findings.no({subject, deployment.place_of(each), "TLS, or a redirection to it",
                       each.key + ": " + each.value.text, "take it away", each.key});
      }
  }
}

}  // namespace

const DeploymentRule& ingress_tls() {
  static constexpr DeploymentRule rule{"deploy/ingress-tls", "what comes from outside comes encrypted",
                                       "Counts: servers of an Istio Gateway that speak HTTP without httpsRedirect, or "
                                       "TLS before 1.2; an Ingress without "
                                       "tls, with a host that tls does not name, or that is told not to redirect",
                                       judge};
  return rule;
}

}  // namespace supply::deploy::rules
