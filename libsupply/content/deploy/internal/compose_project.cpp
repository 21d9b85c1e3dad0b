#include "libsupply/content/deploy/internal/compose_project.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include "libsupply/base/text/text.hpp"

namespace supply::deploy {

using yaml::Member;
using yaml::Node;

namespace {

constexpr std::array<const char*, 7> kSections{"services", "jobs",    "networks", "volumes",
                                               "secrets",  "configs", "models"};

std::string directory_of(const std::string& path) {
  if (path == "-") return ".";
  const std::string directory = std::filesystem::path(path).parent_path().string();
  return directory.empty() ? "." : directory;
}

bool is_remote(std::string_view path) {
  return path.find("://") != std::string_view::npos || path.starts_with("git@") || path.starts_with("oci:");
}

class Loader {
 public:
  Loader(const Options& options, std::vector<std::string>& files, ComposeProject& project)
      : options_(options), files_(files), project_(project) {}

  /// Several files over each other.
  Result<Node> model(std::vector<ComposeFile> given, const std::string& directory, const Variables& variables,
                     std::vector<std::string> included) {
    Node root;
    root.kind = Node::Kind::mapping;
    for (ComposeFile& file : given) {
      project_.directories[file.number] = directory;
      for (Node& document : file.documents) {
        SUPPLY_TRY(project_.account.spend(document).at(file.name));
        SUPPLY_TRY(Node read, prepared(std::move(document), file, variables));
        SUPPLY_TRY(include(read, file, directory, variables, included));
        SUPPLY_TRY(extend_all(read, file, directory, variables));
        SUPPLY_TRY(root, merge(std::move(root), std::move(read), {}).at(file.name));
      }
    }
    return root;
  }

  Result<ComposeFile> open(const std::string& path, const Node& from) {
    if (is_remote(path))
      return Error(ErrorCode::unsupported,
                   at(from) + quote(path) + " is fetched from elsewhere, which is not done here");
    if (++opened_ > kMaxComposeFiles)
      return Error(ErrorCode::limit_exceeded, "a project of more than " + std::to_string(kMaxComposeFiles) + " files");
    SUPPLY_TRY(const std::string text, options_.open(path).at(at(from) + path));
    ComposeFile file{path, number_of(path), {}};
    SUPPLY_TRY(file.documents, yaml::read_documents(text, yaml::Schema::compose, file.number).at(path));
    return file;
  }

 private:
  std::string at(const Node& node) const {
    const std::string name = node.file < files_.size() ? files_[node.file] : "";
    return name + ":" + std::to_string(node.begin.line) + ":" + std::to_string(node.begin.column) + ": ";
  }
  Error wrong(const Node& node, const std::string& what) const { return Error(ErrorCode::malformed, at(node) + what); }

  std::uint32_t number_of(const std::string& path) {
    files_.push_back(path);
    return static_cast<std::uint32_t>(files_.size() - 1);
  }

  Result<Node> prepared(Node document, const ComposeFile& file, const Variables& variables) {
    if (!document.is_mapping()) return wrong(document, "no compose file: its top is no mapping");
    SUPPLY_TRY(interpolate(document, variables, project_.unset, project_.account).at(file.name));
    for (const char* section : kSections) {
      const Node* found = document.find(section);
      if (found != nullptr && !found->is_null() && !found->is_mapping())
        return wrong(*found, std::string(section) + " must be a mapping");
    }
    return document;
  }

  // --- include -----------------------------------------------------------------------------------------------------

  static std::vector<Node> texts_of(const Node* node) {
    if (node == nullptr || node->is_null()) return {};
    return node->is_sequence() ? node->items : std::vector<Node>{*node};
  }

  Status include(Node& root, const ComposeFile& file, const std::string& directory, const Variables& variables,
                 std::vector<std::string> included) {
    const Node* list = root.find("include");
    if (list == nullptr) return {};
    const Node wanted = *list;
    if (!wanted.is_sequence()) return wrong(wanted, "include must be a list");
    included.push_back(file.name);
    for (const Node& each : wanted.items) {
      const std::vector<Node> paths = each.is_mapping() ? texts_of(each.find("path")) : texts_of(&each);
      if (paths.empty()) return wrong(each, "an include without a path");
      std::vector<ComposeFile> files;
      for (const Node& path : paths) {
        const std::string name = is_remote(path.text) ? path.text : resolved(directory, path.text);
        if (std::find(included.begin(), included.end(), name) != included.end())
          return wrong(path, "include of " + quote(name) + " in a cycle");
        SUPPLY_TRY(ComposeFile one, open(name, path));
        files.push_back(std::move(one));
      }
      std::string its_directory = directory_of(files.front().name);
      if (const Node* given = each.find("project_directory"); given != nullptr && !given->is_null())
        its_directory = resolved(directory, given->text);
      SUPPLY_TRY(const Variables its_variables, include_variables(each, directory, its_directory, variables));
      SUPPLY_TRY(Node model, this->model(std::move(files), its_directory, its_variables, included));
      SUPPLY_TRY(import(root, std::move(model)).at(file.name));
    }
    std::erase_if(root.members, [](const Member& member) { return member.key == "include"; });
    return {};
  }

  Result<Variables> include_variables(const Node& each, const std::string& directory, const std::string& its_directory,
                                      Variables variables) {
    SUPPLY_TRY(project_.account.spend(variables));
    const std::vector<Node> env_files = texts_of(each.find("env_file"));
    std::vector<File> files;
    for (const Node& one : env_files) {
      if (one.text == "/dev/null") continue;
      const std::string path = resolved(directory, one.text);
      SUPPLY_TRY(std::string text, options_.open(path).at(at(one) + path));
      files.push_back({path, std::move(text)});
    }
    if (env_files.empty()) {
      const std::string path = resolved(its_directory, ".env");
      if (Result<std::string> text = options_.open(path); text) files.push_back({path, *std::move(text)});
      else if (text.error().code() != ErrorCode::not_found) return std::move(text).error();
    }
    for (const File& file : files) {
      SUPPLY_TRY(const Variables more, read_env_file(file, variables, project_.account));
      variables.insert(more.begin(), more.end());  // what is set already is stronger
    }
    return variables;
  }

  static Status import(Node& root, Node model) {
    for (const char* section : kSections) {
      Node* from = model.find(section);
      if (from == nullptr || !from->is_mapping()) continue;
      Node* to = root.find(section);
      if (to == nullptr || to->is_null()) {
        std::erase_if(root.members, [&](const Member& member) { return member.key == section; });
        root.members.push_back(Member{section, from->begin, from->file, true, std::move(*from)});
        continue;
      }
      for (Member& member : from->members) {
        Node* own = to->find(member.key);
        if (own == nullptr) to->members.push_back(std::move(member));
        else {
          SUPPLY_TRY(*own, merge(std::move(member.value), std::move(*own), {section, member.key}));
        }
      }
    }
    return {};
  }

  // --- extends -----------------------------------------------------------------------------------------------------

  Status extend_all(Node& root, const ComposeFile& file, const std::string& directory, const Variables& variables) {
    for (const char* section : {"services", "jobs"}) {
      Node* services = root.find(section);
      if (services == nullptr || !services->is_mapping()) continue;
      std::vector<std::string> names;
      for (const Member& member : services->members) names.push_back(member.key);
      for (const std::string& name : names) SUPPLY_TRY(extend(name, *services, file.name, directory, variables, {}));
    }
    return {};
  }

  Status extend(const std::string& name, Node& services, const std::string& file, const std::string& directory,
                const Variables& variables, std::set<std::pair<std::string, std::string>> before) {
    Node* found = services.find(name);
    if (found->is_null()) return {};
    if (!found->is_mapping()) return wrong(*found, "service " + quote(name) + " must be a mapping");
    const Node* extends = found->find("extends");
    if (extends == nullptr || extends->is_null()) return {};
    if (!before.insert({file, name}).second) return wrong(*extends, "service " + quote(name) + " extends itself");
    if (before.size() > kMaxYamlTreeDepth)
      return Error(ErrorCode::limit_exceeded, "a chain of more than " + std::to_string(kMaxYamlTreeDepth) + " extends");
    const Node wanted = *extends;
    const Node* service = wanted.is_mapping() ? wanted.find("service") : &wanted;
    if (service == nullptr || service->text.empty()) return wrong(wanted, "extends names no service");
    const Node* other = wanted.find("file");
    Node base;
    if (other == nullptr || other->is_null()) {
      if (services.find(service->text) == nullptr)
        return wrong(*service, "extended service " + quote(service->text) + " is not there");
      SUPPLY_TRY(extend(service->text, services, file, directory, variables, before));
      SUPPLY_TRY(project_.account.spend(*services.find(service->text)).at(file));
      base = *services.find(service->text);
    } else {
      SUPPLY_TRY(base, extended_elsewhere(*other, *service, directory, variables, before));
    }
    found = services.find(name);
    if (base.is_null()) base.kind = Node::Kind::mapping;
    SUPPLY_TRY(Node merged, merge(std::move(base), std::move(*found), {"services", name}).at(file));
    std::erase_if(merged.members, [](const Member& member) { return member.key == "extends"; });
    *found = std::move(merged);
    return {};
  }

  Result<Node> extended_elsewhere(const Node& file, const Node& service, const std::string& directory,
                                  const Variables& variables,
                                  const std::set<std::pair<std::string, std::string>>& before) {
    const std::string name = is_remote(file.text) ? file.text : resolved(directory, file.text);
    SUPPLY_TRY(ComposeFile opened, open(name, file));
    const std::string its_directory = directory_of(name);
    project_.directories[opened.number] = its_directory;
    Node services;
    services.kind = Node::Kind::mapping;
    for (Node& document : opened.documents) {
      SUPPLY_TRY(project_.account.spend(document).at(name));
      SUPPLY_TRY(Node read, prepared(std::move(document), opened, variables));
      if (Node* found = read.find("services"); found != nullptr && found->is_mapping()) {
        SUPPLY_TRY(services, merge(std::move(services), std::move(*found), {"services"}).at(name));
      }
    }
    if (services.find(service.text) == nullptr)
      return wrong(service, "extended service " + quote(service.text) + " is not in " + quote(name));
    SUPPLY_TRY(extend(service.text, services, name, its_directory, variables, before));
    return std::move(*services.find(service.text));
  }

  const Options& options_;
  std::vector<std::string>& files_;
  ComposeProject& project_;
  std::size_t opened_ = 0;
};

Result<Variables> variables_of(const Options& options, const std::string& directory, ComposeAccount& account) {
  std::vector<File> files = options.env_files;
  if (files.empty()) {
    const std::string path = resolved(directory, ".env");
    Result<std::string> text = options.open(path);
    if (text) files.push_back({path, *std::move(text)});
    else if (text.error().code() != ErrorCode::not_found) return std::move(text).error();
  }
  Variables variables;
  for (const File& file : files) {
    SUPPLY_TRY(Variables more, read_env_file(file, variables, account));
    for (auto& [name, value] : more) variables[name] = std::move(value);
  }
  return variables;
}

}  // namespace

std::string resolved(const std::string& directory, const std::string& path) {
  if (path.empty() || path.front() == '~') return path;
  const std::filesystem::path full =
      path.front() == '/' ? std::filesystem::path(path) : std::filesystem::path(directory) / path;
  std::string normal = full.lexically_normal().string();
  if (normal.size() > 1 && normal.back() == '/') normal.pop_back();
  return normal;
}

Result<ComposeProject> load_project(std::vector<ComposeFile> given, const Options& options,
                                    std::vector<std::string>& files) {
  ComposeProject project;
  const std::string directory = directory_of(given.front().name);
  SUPPLY_TRY(project.variables, variables_of(options, directory, project.account));
  Loader loader(options, files, project);
  SUPPLY_TRY(project.root, loader.model(std::move(given), directory, project.variables, {}));
  return project;
}

}  // namespace supply::deploy
