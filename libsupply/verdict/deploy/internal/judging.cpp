#include "libsupply/verdict/deploy/internal/judging.hpp"

#include <algorithm>
#include <array>

namespace supply::deploy {

using yaml::Node;

std::vector<CommandWord> words_of(const Command& command) {
  std::vector<CommandWord> words;
  for (const Text& whole : command.words) {
    if (!command.shell || whole.value.find_first_of(" \t\n") == std::string::npos) {
      words.push_back({whole.value, whole.place});
      continue;
    }
    Location place = whole.place;
    if (whole.block) place = {place.uri, place.line + 1, 1};
    std::string word;
    const auto end = [&] {
      if (!word.empty()) words.push_back({std::move(word), place});
      word.clear();
    };
    for (const char c : whole.value) {
      if (c != ' ' && c != '\t' && c != '\n') {
        word += c;
        continue;
      }
      end();
      if (c == '\n' && whole.block) ++place.line;
    }
    end();
  }
  return words;
}

std::string image_name(std::string_view reference) {
  reference = reference.substr(0, reference.find('@'));
  reference.remove_prefix(std::min(reference.rfind('/') + 1, reference.size()));
  return to_lower(reference.substr(0, reference.find(':')));
}

bool is_database_image(std::string_view reference) {
  static constexpr std::array<std::string_view, 24> kNames{
      "postgres",  "postgresql", "postgis",           "timescaledb", "mysql",     "mariadb",
      "percona",   "mongo",      "mongodb",           "redis",       "valkey",    "keydb",
      "memcached", "cassandra",  "elasticsearch",     "opensearch",  "couchdb",   "couchbase",
      "influxdb",  "neo4j",      "clickhouse-server", "etcd",        "cockroach", "rethinkdb"};
  const std::string name = image_name(reference);
  // What looks at a database is none.
  for (const std::string_view other : {"exporter", "express", "commander", "insight", "ui", "gui", "admin", "console",
                                       "backup", "operator", "client", "cli", "web", "dashboard"})
    if (name.ends_with("-" + std::string(other))) return false;
  return std::any_of(kNames.begin(), kNames.end(), [&](std::string_view known) {
    return name == known || name.starts_with(std::string(known) + "-") || name.ends_with("-" + std::string(known));
  });
}

bool is_database_port(std::uint32_t first, std::uint32_t last) {
  static constexpr std::array<std::uint32_t, 30> kPorts{
      1433, 1521, 2375, 2376, 2379, 2380, 3306,  3307,  33060, 5432,  5433,  5984,  6379,  6380, 7000,
      7474, 7687, 8086, 9042, 9200, 9300, 11211, 26257, 27017, 27018, 27019, 26379, 28015, 8529, 9160};
  return std::any_of(kPorts.begin(), kPorts.end(), [&](std::uint32_t port) { return port >= first && port <= last; });
}

bool is_empty_selector(const Node* selector) {
  if (selector == nullptr || selector->members.empty()) return true;
  for (const yaml::Member& member : selector->members)
    if (!member.value.members.empty() || !member.value.items.empty() ||
        (member.value.is_scalar() && !member.value.is_null()))
      return false;
  return true;
}

namespace {

bool fulfils(const Node& expression, const std::map<std::string, std::string>& labels) {
  const auto found = labels.find(text_at(expression, "key"));
  const std::string how = text_at(expression, "operator");
  const Node* values = expression.find("values");
  const bool listed = found != labels.end() && values != nullptr &&
                      std::any_of(values->items.begin(), values->items.end(),
                                  [&](const Node& one) { return one.text == found->second; });
  if (how == "In") return listed;
  if (how == "NotIn") return !listed;
  if (how == "Exists") return found != labels.end();
  if (how == "DoesNotExist") return found == labels.end();
  return false;
}

}  // namespace

bool selects(const Node* selector, const std::map<std::string, std::string>& labels) {
  if (selector == nullptr) return true;
  const Node* plain = selector;
  if (selector->find("matchLabels") != nullptr || selector->find("matchExpressions") != nullptr)
    plain = selector->find("matchLabels");
  if (plain != nullptr)
    for (const yaml::Member& member : plain->members) {
      const auto found = labels.find(member.key);
      if (found == labels.end() || found->second != member.value.text) return false;
    }
  const Node* expressions = selector->find("matchExpressions");
  return expressions == nullptr || std::all_of(expressions->items.begin(), expressions->items.end(),
                                               [&](const Node& one) { return fulfils(one, labels); });
}

const Node* unfulfilled(const Node& selector, const std::vector<const Workload*>& workloads) {
  const auto nobody = [&](auto has) { return std::none_of(workloads.begin(), workloads.end(), has); };
  const Node* plain = &selector;
  if (selector.find("matchLabels") != nullptr || selector.find("matchExpressions") != nullptr)
    plain = selector.find("matchLabels");
  if (plain != nullptr)
    for (const yaml::Member& member : plain->members)
      if (nobody([&](const Workload* workload) {
            const auto found = workload->labels.find(member.key);
            return found != workload->labels.end() && found->second == member.value.text;
          }))
        return &member.value;
  if (const Node* expressions = selector.find("matchExpressions"); expressions != nullptr)
    for (const Node& one : expressions->items)
      if (nobody([&](const Workload* workload) { return fulfils(one, workload->labels); })) return &one;
  return &selector;
}

std::string text_at(const Node& node, std::string_view key) {
  const Node* found = node.find(key);
  return found == nullptr ? "" : found->text;
}

const Node* node_at(const Node& node, std::string_view path) {
  const Node* found = &node;
  for (const std::string_view step : split(path, '.')) {
    found = found->find(step);
    if (found == nullptr || found->is_null()) return nullptr;
  }
  return found;
}

std::vector<const Object*> objects_of(const Deployment& deployment, std::string_view group, std::string_view kind) {
  std::vector<const Object*> all;
  for (const Object& object : deployment.objects) {
    const std::size_t slash = object.api.find('/');
    const std::string its_group = slash == std::string::npos ? "" : object.api.substr(0, slash);
    if (object.kind == kind && its_group == group) all.push_back(&object);
  }
  return all;
}

std::map<std::string, std::vector<const Workload*>> by_namespace(const Deployment& deployment) {
  std::map<std::string, std::vector<const Workload*>> all;
  for (const Workload& workload : deployment.workloads)
    if (workload.form == Workload::Form::kubernetes) all[workload.space].push_back(&workload);
  return all;
}

std::map<std::string, std::string> labels_of_namespace(const Deployment& deployment, const std::string& space) {
  std::map<std::string, std::string> labels{{"kubernetes.io/metadata.name", space}};
  for (const Object* object : objects_of(deployment, "", "Namespace"))
    if (object->name == space)
      if (const Node* own = node_at(object->node, "metadata.labels"); own != nullptr)
        for (const yaml::Member& member : own->members) labels[member.key] = member.value.text;
  return labels;
}

}  // namespace supply::deploy
