#include "libsupply/testing/docker_registry.hpp"

#include <stdexcept>

namespace supply::testing {
namespace {

constexpr int kAttempts = 5;  // another process may take the port in between
constexpr double kPatienceSeconds = 20;

}  // namespace

DockerRegistry::DockerRegistry(const Options& options) {
  std::string config =
      "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage:\n  filesystem: {rootdirectory: " +
      (directory_ / "data").string() +
      "}\n  delete: {enabled: true}\n  maintenance: {uploadpurging: {enabled: false}}\n";
  if (options.htpasswd) {
    // htpasswd -Bbn -C 5 user s3cret
    write(directory_ / "htpasswd", "user:$2y$05$Y48mZ.pZf394CRrIu8bjme8JCOikxZEUqaVz4Zt.jQPi9SVNvqsbO\n");
    config += "auth:\n  htpasswd: {realm: test, path: " + (directory_ / "htpasswd").string() + "}\n";
  }
  config += "http:\n  secret: fixed-for-tests\n  addr: 127.0.0.1:PORT\n";
  if (options.tls) {
    config += "  tls:\n    certificate: " + options.tls->file + "\n    key: " + options.tls->key_file + "\n";
    if (!options.client_authority.empty()) config += "    clientcas: [" + options.client_authority + "]\n";
  }
  for (int attempt = 0; attempt < kAttempts && !child_; ++attempt) {
    port_ = free_port();
    std::string text = config;
    text.replace(text.find("PORT"), 4, std::to_string(port_));
    write(directory_ / "config.yml", text);
    start();
  }
  if (!child_) throw std::runtime_error("docker-registry does not start: " + log());
}

void DockerRegistry::start() {
  child_ = std::make_unique<Child>(
      std::vector<std::string>{"docker-registry", "serve", (directory_ / "config.yml").string()}, directory_ / "log");
  if (!answers(port_, kPatienceSeconds) || !child_->is_running()) child_.reset();
}

void DockerRegistry::restart() {
  child_.reset();
  start();
  if (!child_) throw std::runtime_error("docker-registry does not start again: " + log());
}

Nginx::Nginx(const std::string& rules, const std::optional<Authority::Certificate>& tls, const std::string& in_http) {
  for (int attempt = 0; attempt < kAttempts && !child_; ++attempt) {
    port_ = free_port();
    const std::string at = directory_.path().string();
    std::string config = "daemon off;\nmaster_process off;\npid " + at + "/pid;\nerror_log " + at +
                         "/error.log info;\nevents {}\nhttp {\n  access_log " + at + "/access.log;\n";
    for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
      config += std::string("  ") + kind + "_temp_path " + at + "/" + kind + ";\n";
    config += "  client_max_body_size 0;\n  " + in_http + "\n  server {\n    listen 127.0.0.1:PORT" +
              (tls ? " ssl;\n    ssl_certificate " + tls->file + ";\n    ssl_certificate_key " + tls->key_file : "") +
              ";\n" + rules + "\n  }\n}\n";
    for (std::size_t found = 0; (found = config.find("PORT")) != std::string::npos;)
      config.replace(found, 4, std::to_string(port_));
    write(directory_ / "nginx.conf", config);
    child_ = std::make_unique<Child>(
        std::vector<std::string>{"nginx", "-e", at + "/error.log", "-c", at + "/nginx.conf"}, directory_ / "log");
    if (!answers(port_, kPatienceSeconds) || !child_->is_running()) child_.reset();
  }
  if (!child_) throw std::runtime_error("nginx does not start: " + read(directory_ / "log"));
}

}  // namespace supply::testing
