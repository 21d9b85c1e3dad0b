// What looks like a reference is one that somebody expands.
#include <algorithm>
#include <functional>

#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

bool begins_name(char c) { return c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

// What Kubernetes expands $(NAME) by: a container's variables, and those of the services of its namespace. Source:
// Kubernetes, kubelet: GetEnvironmentVariables, ExpandContainerCommandAndArgs, ExpandContainerCommandOnlyStatic.
class Expansion {
 public:
  enum class Of { command, value, probe, hook };

  Expansion(const Deployment& deployment, const Workload& workload, const Container& container)
      : deployment_(deployment), workload_(workload), container_(container) {}

  /// Whether $(name) is expanded there; in a variable's value only those before it, `before`, are there.
  bool knows(const std::string& name, Of where, std::size_t before) const {
    if (workload_.form != Workload::Form::kubernetes || where == Of::hook) return false;
    if (where != Of::value) before = container_.environment.size();
    for (std::size_t i = 0; i < before; ++i) {
      const Variable& one = container_.environment[i];
      const bool is_static = !one.from_secret && !one.from_object;
      if (where == Of::probe && !is_static) continue;
      if (one.all_of.empty() ? one.name == name || one.name.starts_with("all of secret ") : map_has(one, name))
        return true;
    }
    // Variables of whole secrets and config maps are there before all others.
    if (where == Of::value)
      for (std::size_t i = before; i < container_.environment.size(); ++i) {
        const Variable& one = container_.environment[i];
        if (one.all_of.empty() ? one.name.starts_with("all of secret ") : map_has(one, name)) return true;
      }
    return where != Of::probe && is_of_service(name);
  }

 private:
  // A config map that is not in the files may have it.
  bool map_has(const Variable& all, const std::string& name) const {
    if (!name.starts_with(all.name)) return false;
    for (const Object* map : objects_of(deployment_, "", "ConfigMap")) {
      if (map->space != workload_.space || map->name != all.all_of) continue;
      const yaml::Node* data = map->node.find("data");
      return data != nullptr && data->find(name.substr(all.name.size())) != nullptr;
    }
    return true;
  }

  bool is_of_service(const std::string& name) const {
    if (name.starts_with("KUBERNETES_")) return true;
    for (const Object* service : objects_of(deployment_, "", "Service")) {
      if (service->space != workload_.space) continue;
      std::string prefix;
      for (const char c : service->name)
        prefix += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
      if (name.starts_with(prefix + "_SERVICE_") || name.starts_with(prefix + "_PORT")) return true;
    }
    return false;
  }

  const Deployment& deployment_;
  const Workload& workload_;
  const Container& container_;
};

// The first of $(…), ${NAME}, $NAME (in capitals) and `…` that nobody expands; "" when there is none.
std::string literal_in(std::string_view text, bool kubernetes, const std::function<bool(const std::string&)>& knows) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '`' && text.find('`', i + 1) != std::string_view::npos)
      return std::string(text.substr(i, text.find('`', i + 1) - i + 1));
    if (text[i] != '$' || i + 1 >= text.size()) continue;
    if (kubernetes && text[i + 1] == '$') {
      ++i;  // $$ is a dollar
      continue;
    }
    if (text[i + 1] == '(') {
      const std::size_t end = text.find(')', i);
      if (end == std::string_view::npos) return std::string(text.substr(i));  // it goes on in the next word
      if (!knows(std::string(text.substr(i + 2, end - i - 2)))) return std::string(text.substr(i, end - i + 1));
    } else if (text[i + 1] == '{' && i + 2 < text.size() && begins_name(text[i + 2])) {
      const std::size_t end = text.find('}', i);
      if (end != std::string_view::npos) return std::string(text.substr(i, end - i + 1));
    } else if (text[i + 1] == '_' || (text[i + 1] >= 'A' && text[i + 1] <= 'Z')) {
      std::size_t end = i + 1;
      while (end < text.size() && (begins_name(text[end]) || (text[end] >= '0' && text[end] <= '9'))) ++end;
      return std::string(text.substr(i, end - i));
    }
  }
  return "";
}

// The word in which a `…` begins that ends in another word: "--password=`cat x`" without a shell.
const Text* open_backtick(const Command& command) {
  const Text* open = nullptr;
  for (const Text& word : command.words) {
    if (std::count(word.value.begin(), word.value.end(), '`') % 2 == 0) continue;
    if (open != nullptr) return open;
    open = &word;
  }
  return nullptr;
}

Expansion::Of place_of(const Command& command) {
  if (command.what.ends_with("Probe")) return Expansion::Of::probe;
  return command.what == "postStart" || command.what == "preStop" ? Expansion::Of::hook : Expansion::Of::command;
}

void judge(const Deployment& deployment, const Surrounding&, Findings& findings) {
  for (const Workload& workload : deployment.workloads)
    for (const Container& container : workload.containers) {
      const bool kubernetes = workload.form == Workload::Form::kubernetes;
      if (workload.form == Workload::Form::inspected) continue;
      const Expansion expansion(deployment, workload, container);
      const auto literal = [&](std::string_view text, Expansion::Of where, std::size_t before) {
        return literal_in(text, kubernetes,
                          [&](const std::string& name) { return expansion.knows(name, where, before); });
      };
      const auto no = [&](const Location& place, const std::string& what, const std::string& found) {
        findings.no({workload.subject(container), place, "a text that somebody expands",
                     what + ": " + quote(found) + " stays as it is",
                     "read the file in a script that a shell runs, or name it in a variable NAME_FILE", what});
      };
      for (const Command& command : container.commands) {
        if (command.shell) continue;
        bool is_found = false;
        for (const Text& word : command.words)
          if (const std::string found = literal(word.value, place_of(command), 0); !found.empty()) {
            no(word.place, command.what, found);
            is_found = true;
            break;
          }
        if (const Text* open = is_found ? nullptr : open_backtick(command); open != nullptr)
          no(open->place, command.what, open->value);
      }
      for (std::size_t i = 0; i < container.environment.size(); ++i) {
        const Variable& one = container.environment[i];
        if (one.from_secret || one.from_outside || one.from_object) continue;
        const std::string_view value = one.value.value;
        const bool substitution =
            value.find("$(") != std::string_view::npos || value.find('`') != std::string_view::npos;
        if (!substitution) continue;
        if (const std::string found = literal(value, Expansion::Of::value, i);
            found.starts_with("$(") || found.starts_with('`'))
          no(one.value.place, "variable " + one.name, found);
      }
    }
}

}  // namespace

const DeploymentRule& literal_references() {
  static constexpr DeploymentRule rule{
      "deploy/literal-references", "what looks like a reference is expanded by somebody",
      "A command without a shell, and a variable's value, are taken as they are: a password that is written as $(cat "
      "/run/secrets/x) is that "
      "very text, for everybody to read. Kubernetes expands $(NAME) of the container's own variables (in a value those "
      "above it, in a probe those "
      "with a value, in a hook none) and of services, and nothing else",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules
