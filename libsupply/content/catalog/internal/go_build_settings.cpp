#include "libsupply/content/catalog/internal/go_build_settings.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::catalog {
namespace {

// Takes Go's quotes off. Source: strconv.Quote; of its escapes only those that a command line has.
std::string unquote(std::string_view text) {
  if (text.size() < 2 || text.front() != text.back() || (text.front() != '"' && text.front() != '`'))
    return std::string(text);
  const bool raw = text.front() == '`';
  text = text.substr(1, text.size() - 2);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!raw && text[i] == '\\' && i + 1 < text.size()) ++i;
    out += text[i];
  }
  return out;
}

std::optional<std::string> setting(std::string_view modules, std::string_view key) {
  for (const std::string_view line : lines(modules)) {
    if (!line.starts_with("build\t")) continue;
    const std::string_view rest = line.substr(6);
    const std::size_t equals = rest.find('=');
    if (equals != std::string_view::npos && rest.substr(0, equals) == key) return unquote(rest.substr(equals + 1));
  }
  return std::nullopt;
}

// The words of a command line. Source: cmd/internal/quoted, Split: a quote is one at the begin of a word.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  std::size_t at = 0;
  while (true) {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n')) ++at;
    if (at == text.size()) return out;
    const char first = text[at];
    const bool quoted = first == '"' || first == '\'';
    const std::size_t begin = quoted ? at + 1 : at;
    const std::size_t end =
        std::min(quoted ? text.find(first, begin) : text.find_first_of(" \t\n", begin), text.size());
    out.emplace_back(text.substr(begin, end - begin));
    at = std::min(quoted ? end + 1 : end, text.size());
  }
}

// "1.2", "v1.2.3-rc.1+x": begins with two numbers and has no character that versions do not have.
bool is_version(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  const std::size_t dot = text.find_first_not_of("0123456789");
  if (dot == 0 || dot == std::string_view::npos || text[dot] != '.') return false;
  if (dot + 1 == text.size() || !is_digit(text[dot + 1])) return false;
  return text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return is_alnum(c) || c == '.' || c == '-' || c == '+' || c == '_' || c == '~';
         });
}

// Of "github.com/x/y/internal.gitVersion=v1.2": a variable of the main module, or of package main, that names a version
// and no version of something else ("goVersion", "minVersion").
std::optional<std::string> version_of_variable(std::string_view definition, std::string_view main_module) {
  const std::size_t equals = definition.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const std::string_view name = definition.substr(0, equals), value = definition.substr(equals + 1);
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string_view package = name.substr(0, dot);
  // Kubernetes' own are in modules beside its main one. Source: kubernetes, hack/lib/version.sh.
  const bool of_kubernetes = main_module == "k8s.io/kubernetes" &&
                             (package == "k8s.io/component-base/version" || package == "k8s.io/client-go/pkg/version");
  const bool of_main = package == "main" || package == main_module || of_kubernetes ||
                       (package.starts_with(main_module) && package.substr(main_module.size()).starts_with('/'));
  constexpr std::array<std::string_view, 9> kNames = {"version",       "gitversion",     "gitdescribe",
                                                      "appversion",    "buildversion",   "versionstr",
                                                      "versionstring", "releaseversion", "currentversion"};
  const std::string variable = to_lower(name.substr(dot + 1));
  if (!of_main || std::find(kNames.begin(), kNames.end(), variable) == kNames.end() || !is_version(value))
    return std::nullopt;
  return std::string(value);
}

// Source: https://go.dev/ref/mod#pseudo-versions: UTC, and the first 12 digits of the revision.
std::string pseudo_version(std::string_view revision, std::string_view time, bool modified) {
  std::string digits;
  for (const char c : time)
    if (is_digit(c)) digits += c;
  const bool is_hash = revision.size() >= 40 && std::all_of(revision.begin(), revision.end(), [](char c) {
                         return is_digit(c) || (c >= 'a' && c <= 'f');
                       });
  if (!is_hash || digits.size() != 14 || time.size() != 20 || time.back() != 'Z') return {};
  return "v0.0.0-" + digits + "-" + std::string(revision.substr(0, 12)) + (modified ? "+dirty" : "");
}

}  // namespace

std::string go_version_of_build(std::string_view modules, std::string_view main_module, std::string_view linked) {
  std::set<std::string> versions;
  const std::vector<std::string> flags = words_of(setting(modules, "-ldflags").value_or(""));
  for (std::size_t i = 0; i < flags.size(); ++i) {
    std::string_view flag = flags[i];
    if (flag.starts_with("--")) flag.remove_prefix(1);
    std::optional<std::string> version;
    if (flag == "-X" && i + 1 < flags.size()) {
      version = version_of_variable(flags[i + 1], main_module);
    } else if (flag.starts_with("-X=")) {
      version = version_of_variable(flag.substr(3), main_module);
    }
    if (version) versions.insert(version->starts_with('v') ? *version : "v" + *version);
  }
  if (versions.size() == 1) return *versions.begin();
  if (versions.empty() && !linked.empty()) return std::string(linked);
  return pseudo_version(setting(modules, "vcs.revision").value_or(""), setting(modules, "vcs.time").value_or(""),
                        setting(modules, "vcs.modified") == "true");
}

std::string_view go_program_cpe(std::string_view module) {
  // By module without its major version; the NVD's vendors and products.
  constexpr std::array<std::pair<std::string_view, std::string_view>, 22> kCpes = {{
      {"github.com/argoproj/argo-cd", "argoproj:argo_cd"},
      {"github.com/caddyserver/caddy", "caddyserver:caddy"},
      {"github.com/cilium/cilium", "cilium:cilium"},
      {"github.com/containerd/containerd", "linuxfoundation:containerd"},
      {"github.com/containers/podman", "podman_project:podman"},
      {"github.com/coredns/coredns", "coredns.io:coredns"},
      {"github.com/docker/docker", "docker:docker mobyproject:moby"},
      {"github.com/grafana/grafana", "grafana:grafana"},
      {"github.com/grafana/loki", "grafana:loki"},
      {"github.com/hashicorp/consul", "hashicorp:consul"},
      {"github.com/hashicorp/nomad", "hashicorp:nomad"},
      {"github.com/hashicorp/terraform", "hashicorp:terraform"},
      {"github.com/hashicorp/vault", "hashicorp:vault"},
      {"github.com/minio/minio", "minio:minio"},
      {"github.com/moby/buildkit", "mobyproject:buildkit"},
      {"github.com/opencontainers/runc", "linuxfoundation:runc"},
      {"github.com/prometheus/prometheus", "prometheus:prometheus"},
      {"github.com/traefik/traefik", "traefik:traefik"},
      {"go.etcd.io/etcd", "etcd:etcd"},
      {"go.etcd.io/etcd/server", "etcd:etcd"},
      {"helm.sh/helm", "helm:helm"},
      {"k8s.io/kubernetes", "kubernetes:kubernetes"},
  }};
  const std::size_t slash = module.rfind("/v");
  if (slash != std::string_view::npos && module.size() > slash + 2 &&
      module.find_first_not_of("0123456789", slash + 2) == std::string_view::npos)
    module = module.substr(0, slash);
  for (const auto& [name, cpe] : kCpes)
    if (name == module) return cpe;
  return {};
}

}  // namespace supply::catalog
