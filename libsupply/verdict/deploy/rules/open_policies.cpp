// No policy lets everybody through, or selects nothing.
#include <algorithm>
#include <set>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/deploy/internal/address_blocks.hpp"
#include "libsupply/verdict/deploy/internal/network_policy.hpp"

namespace supply::deploy::rules {

using yaml::Node;

namespace {

// The blocks of peers; one with exceptions is no hole, where they except what is not public.
std::vector<const Node*> blocks_in(const std::vector<Node>& peers) {
  std::vector<const Node*> blocks;
  for (const Node& peer : peers) {
    const Node* block = peer.find("ipBlock");
    const Node* cidr = block == nullptr ? nullptr : block->find("cidr");
    if (cidr == nullptr) continue;
    if (const Node* except = block->find("except");
        except != nullptr && std::any_of(except->items.begin(), except->items.end(),
                                         [](const Node& one) { return touches_private(one.text); }))
      continue;
    blocks.push_back(cidr);
  }
  return blocks;
}

// All, or all but some.
bool is_every_namespace(const Node& selector) {
  if (is_empty_selector(&selector)) return true;
  const Node *labels = selector.find("matchLabels"), *expressions = selector.find("matchExpressions");
  return expressions != nullptr && (labels == nullptr || labels->members.empty()) &&
         std::all_of(expressions->items.begin(), expressions->items.end(), [](const Node& one) {
           const std::string how = text_at(one, "operator");
           return how == "NotIn" || how == "DoesNotExist" ||
                  (how == "Exists" && text_at(one, "key") == "kubernetes.io/metadata.name");
         });
}

// Whether the ports of a rule may be a database's: what looks at its metrics asks others.
bool asks_a_database(const Node& rule) {
  const Node* ports = rule.find("ports");
  return ports == nullptr || ports->items.empty() ||
         std::any_of(ports->items.begin(), ports->items.end(), [](const Node& port) {
           const Node* number = port.find("port");
           if (number == nullptr || !number->whole()) return true;
           const auto first = static_cast<std::uint32_t>(std::clamp<std::int64_t>(*number->whole(), 0, 65535));
           return is_database_port(first, first);
         });
}

// More addresses than a cluster's pods of one network have.
bool is_wide(std::string_view block) {
  const std::size_t cut = block.find('/');
  if (cut == std::string_view::npos) return false;
  const std::string bits(block.substr(cut + 1));
  if (!is_digits(bits) || bits.size() > 3) return false;
  return std::stoi(bits) < (block.find(':') == std::string_view::npos ? 16 : 48);
}

// The address of a cloud's metadata, or its network alone.
bool is_metadata(std::string_view block) {
  return block == "169.254.169.254/32" || block == "169.254.169.254" || block == "169.254.0.0/16" ||
         block == "169.254.169.0/24" || block == "100.100.100.200/32" || block == "fd00:ec2::254/128";
}

bool asks_dns_alone(const Node& rule) {
  const Node* ports = rule.find("ports");
  if (ports == nullptr || ports->items.empty()) return false;
  return std::all_of(ports->items.begin(), ports->items.end(), [](const Node& port) {
    const std::string number = text_at(port, "port");
    return number == "53" || number == "dns" || number == "dns-tcp" || number == "5353";
  });
}

struct Judge {
  const Deployment& deployment;
  const std::map<std::string, std::vector<const Workload*>>& by_space;
  Findings& findings;

  void rule(const NetworkPolicy& policy, const Node& rule, Direction direction) const {
    const auto no = [&](const Node& at, std::string found) {
      findings.no({policy.subject(), deployment.place_of(at), "peers that are named", std::move(found),
                   "name the peers by their labels", std::string(name_of(direction))});
    };
    const std::vector<Node>& peers = NetworkPolicy::peers(rule, direction);
    if (NetworkPolicy::lets_all_through(rule, direction))
      return no(rule, "a rule lets all " + std::string(name_of(direction)) + " through");
    if (peers.empty()) {
      if (direction == Direction::ingress) no(rule, "ingress from everywhere");
      return;
    }
    if (direction == Direction::egress)
      for (const Node& peer : peers)
        if (const Node* block = node_at(peer, "ipBlock.cidr"); block != nullptr && is_metadata(block->text))
          no(*block, "egress to " + block->text + ", where a cloud gives credentials to whoever asks");
    if (const Node* all = covers_all(blocks_in(peers)); all != nullptr) no(*all, every_address(direction));
    else if (direction == Direction::ingress && is_of_a_database(policy))
      for (const Node& peer : peers)
        if (const Node* block = node_at(peer, "ipBlock.cidr"); block != nullptr && is_wide(block->text))
          no(*block, "ingress to a database from " + block->text);
    for (const Node& peer : peers) this->peer(policy, rule, peer, direction, no);
  }

  template <class No>
  void peer(const NetworkPolicy& policy, const Node& rule, const Node& peer, Direction direction, const No& no) const {
    if (peer.find("ipBlock") != nullptr) return;
    const Node *spaces = peer.find("namespaceSelector"), *pods = peer.find("podSelector");
    if (spaces == nullptr && pods == nullptr) return no(peer, "a peer that names nothing");
    if (spaces != nullptr && is_every_namespace(*spaces) && is_empty_selector(pods)) {
      if (!asks_dns_alone(rule))
        no(peer,
           std::string(name_of(direction)) + (direction == Direction::ingress ? " from" : " to") + " every namespace");
      return;
    }
    const bool to_a_database = direction == Direction::ingress && is_of_a_database(policy) && asks_a_database(rule);
    if (is_empty_selector(pods)) {
      if (to_a_database)
        no(peer, std::string("ingress to a database from every pod of ") +
                     (spaces == nullptr ? "its namespace" : "a namespace"));
      return;
    }
    if (to_a_database && spaces == nullptr && selects_all_but_some(pods))
      return no(peer, "ingress to a database from every pod of its namespace but some");
    if (to_a_database && spaces != nullptr && is_every_namespace(*spaces))
      return no(peer, "ingress to a database from pods of every namespace");
    if (!policy.names_nobody(peer, by_space)) return;
    std::vector<const Workload*> all;
    for (const auto& [space, workloads] : by_space) all.insert(all.end(), workloads.begin(), workloads.end());
    no(*unfulfilled(*pods, all), "a peer that selects no pod of the files");
  }

  bool is_of_a_database(const NetworkPolicy& policy) const {
    return !policy.selects_all() &&
           std::any_of(deployment.workloads.begin(), deployment.workloads.end(), [&](const Workload& workload) {
             return policy.selects(workload) &&
                    std::any_of(workload.containers.begin(), workload.containers.end(),
                                [](const Container& one) { return is_database_image(one.image.value); });
           });
  }

  // Blocks of several rules, or of several policies over the same pods, that cover everything together.
  // Once for those that are in `found` already.
  void together(const std::vector<NetworkPolicy>& policies, const NetworkPolicy& policy, Direction direction,
                std::set<const Node*>& found) const {
    const std::vector<const Node*> own = blocks_of(policy, direction);
    if (own.empty()) return;
    const auto is_over_more = [&](const NetworkPolicy& other) {
      return other.object().space == policy.object().space && other.covers(direction) &&
             std::all_of(deployment.workloads.begin(), deployment.workloads.end(), [&](const Workload& workload) {
               return !policy.selects(workload) || other.selects(workload);
             });
    };
    std::vector<const Node*> all = own;
    for (const NetworkPolicy& other : policies) {
      if (&other == &policy) continue;
      const std::vector<const Node*> more = blocks_of(other, direction);
      if (!more.empty() && is_over_more(other)) all.insert(all.end(), more.begin(), more.end());
    }
    std::sort(all.begin(), all.end(),
              [](const Node* a, const Node* b) { return std::tie(a->file, a->begin) < std::tie(b->file, b->begin); });
    const Node* first = covers_all(all);
    if (first == nullptr || std::any_of(all.begin(), all.end(), [&](const Node* one) { return found.count(one) != 0; }))
      return;
    found.insert(all.begin(), all.end());
    findings.no({policy.subject(), deployment.place_of(*first), "peers that are named",
                 every_address(direction) + ", by several blocks", "name the peers by their labels",
                 std::string(name_of(direction))});
  }

  // Of the rules that do not cover everything by themselves: those that do are found one by one.
  static std::vector<const Node*> blocks_of(const NetworkPolicy& policy, Direction direction) {
    std::vector<const Node*> all;
    if (!policy.covers(direction)) return all;
    for (const Node& rule : policy.rules(direction)) {
      const std::vector<const Node*> blocks = blocks_in(NetworkPolicy::peers(rule, direction));
      if (covers_all(blocks) == nullptr) all.insert(all.end(), blocks.begin(), blocks.end());
    }
    return all;
  }

  static std::string every_address(Direction direction) {
    return direction == Direction::ingress ? "ingress from every address"
                                           : "egress to every address, also those of the cluster";
  }
};

// Whether a rule with peers lets every port through.
bool has_every_port(const Node& rule) {
  const Node* ports = rule.find("ports");
  return ports == nullptr || ports->items.empty() ||
         std::any_of(ports->items.begin(), ports->items.end(), [](const Node& port) {
           const Node *first = port.find("port"), *last = port.find("endPort");
           return first == nullptr ||
                  (last != nullptr && first->whole().value_or(65535) <= 1024 && last->whole().value_or(0) >= 65535);
         });
}

// Where all other rules of the files name ports, one that names none is an exception worth a warning.
void ports(const Deployment& deployment, const std::vector<NetworkPolicy>& policies, Findings& findings) {
  std::size_t with = 0, without = 0;
  const NetworkPolicy* whose = nullptr;
  const Node* which = nullptr;
  for (const NetworkPolicy& policy : policies)
    for (const Direction direction : {Direction::ingress, Direction::egress}) {
      if (!policy.covers(direction)) continue;
      for (const Node& rule : policy.rules(direction)) {
        if (NetworkPolicy::peers(rule, direction).empty()) continue;
        if (!has_every_port(rule)) {
          ++with;
          continue;
        }
        ++without;
        whose = &policy;
        which = &rule;
      }
    }
  if (without != 1 || with < 3) return;
  const Node* said = which->find("ports");
  findings.warn({whose->subject(),
                 deployment.place_of(said == nullptr || said->items.empty() ? *which : said->items[0]),
                 "ports that are named", "every port, and all other rules name theirs", "name the ports", "ports"});
}

void judge(const Deployment& deployment, const Surrounding&, Findings& findings) {
  const auto spaces = by_namespace(deployment);
  const std::vector<NetworkPolicy> policies = policies_of(deployment);
  std::set<const Node*> together;
  ports(deployment, policies, findings);
  for (const NetworkPolicy& policy : policies) {
    const auto here = spaces.find(policy.object().space);
    if (here != spaces.end() && !policy.selects_all() &&
        std::none_of(here->second.begin(), here->second.end(),
                     [&](const Workload* workload) { return policy.selects(*workload); }))
      findings.no({policy.subject(), deployment.place_of(*unfulfilled(*policy.selector(), here->second)),
                   "a policy that selects a pod", "it selects none of the files",
                   "mend the labels of its podSelector"});
    for (const Direction direction : {Direction::ingress, Direction::egress}) {
      if (policy.covers(direction)) {
        for (const Node& rule : policy.rules(direction))
          Judge{deployment, spaces, findings}.rule(policy, rule, direction);
      } else if (policy.has_idle_rules(direction)) {
        const std::string name(name_of(direction));
        findings.no({policy.subject(),
                     deployment.place_of(*node_at(policy.object().node, "spec")->member("policyTypes")),
                     "rules that count", name + " rules, and policyTypes does not name it: they do nothing",
                     "name it in policyTypes", name});
      }
    }
    for (const Direction direction : {Direction::ingress, Direction::egress})
      Judge{deployment, spaces, findings}.together(policies, policy, direction, together);
  }
}

}  // namespace

const DeploymentRule& open_policies() {
  static constexpr DeploymentRule rule{
      "deploy/open-policies", "network policies let named peers through, and select something",
      "Counts as open: a rule without peers and ports, ingress without peers, every "
      "namespace, blocks that cover every address (also "
      "0.0.0.0/1 with 128.0.0.0/1; a block that excepts addresses that are not public is fine), to a database every "
      "pod of a namespace, pods of every namespace, and blocks of more than 65,536 addresses. Rules of a direction "
      "that policyTypes does not name, a policy or a "
      "peer that selects no pod of the files does nothing. Egress to the address of a cloud's metadata is found, and a "
      "rule without ports where all others name theirs is a warning. Egress "
      "to ports without peers, and to every namespace for DNS alone, is fine",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules
