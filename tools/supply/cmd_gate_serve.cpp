#include <malloc.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <thread>

#include "libsupply/base/text/text.hpp"
#include "tools/common/image.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/admission_server.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  AdmissionFiles files;
  std::string listen = "0.0.0.0:8443", timeout = "10s", keep = "10m", reload = "5s", drain = "3s";
};

/// "0.0.0.0:8443", "[::]:8443", ":8443". Errors: usage.
Result<http_server::Options> listen_options(const std::string& text) {
  const Error wrong(ErrorCode::usage,
                    "--listen " + quote(text) + ": want ADDRESS:PORT, such as 0.0.0.0:8443 or [::]:8443");
  http_server::Options options;
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return wrong;
  std::string address = text.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  if (!address.empty()) options.address = address;
  const std::string port = text.substr(colon + 1);
  if (!is_digits(port) || port.size() > 5 || std::stoul(port) > 65'535) return wrong;
  options.port = static_cast<std::uint16_t>(std::stoul(port));
  return options;
}

/// A descriptor for each connection, and few heaps for many threads: memory is what a request needs, not what threads
/// have had.
void prepare_process() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, 4'096);
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
  ::mallopt(M_ARENA_MAX, 4);
  ::mallopt(M_TRIM_THRESHOLD, 1 << 20);
  ::mallopt(M_MMAP_THRESHOLD, 128 << 10);
}

void write_line(const std::string& line) {
  const std::string whole = line + "\n";
  std::fwrite(whole.data(), 1, whole.size(), stderr);
}

Result<ExitCode> run_serve(const Options& options, Console& console) {
  SUPPLY_TRY(http_server::Options listen, listen_options(options.listen));
  AdmissionOptions how;
  SUPPLY_TRY(const std::chrono::milliseconds timeout, duration_of(options.timeout, "--timeout"));
  SUPPLY_TRY(how.ages.kept, duration_of(options.keep, "--keep"));
  SUPPLY_TRY(const std::chrono::milliseconds interval, duration_of(options.reload, "--reload"));
  SUPPLY_TRY(const std::chrono::milliseconds drain, duration_of(options.drain, "--drain"));
  SUPPLY_TRY(how.attachments, cosign_repository());
  const std::string attachments = how.attachments ? how.attachments->name() : "";
  SUPPLY_TRY(ServedPolicy policy, read_served_policy(options.files.policy));
  SUPPLY_TRY(http_server::ServerCertificate certificate, read_certificate(options.files));
  prepare_process();
  // Signals come to this thread alone; all others are made from here.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int each : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, each);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  const std::string digest = policy.policy.digest.to_string();
  AdmissionServer admission(options.files, std::move(policy), certificate, options.common, std::move(how), timeout,
                            write_line);
  SUPPLY_TRY(const std::unique_ptr<http_server::Server> server,
             http_server::Server::create(
                 listen, certificate, [&](const http_server::Request& request) { return admission.answer(request); }));
  admission.attach(*server);
  Status served;
  std::thread serving([&] { served = server->run(); });
  if (!attachments.empty()) admission.log("attachments", {{"repository", attachments}});
  admission.log("ready", {{"address", listen.address + ":" + std::to_string(server->port())}, {"policy", digest}});
  console.print("listening at port " + std::to_string(server->port()) + "\n");
  std::fflush(stdout);  // its caller waits for this line

  const auto wait = [&](std::chrono::milliseconds duration) {
    const timespec most{duration.count() / 1000, duration.count() % 1000 * 1'000'000};
    return ::sigtimedwait(&signals, nullptr, &most);
  };
  int signal = 0;
  do {
    signal = wait(interval);
    if (signal != SIGTERM && signal != SIGINT) admission.reload();
  } while (signal != SIGTERM && signal != SIGINT);
  // Clients must see first that no more requests are wanted.
  admission.set_ready(false);
  admission.log("ending", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
  if (drain.count() > 0) wait(drain);  // or until a second signal
  server->stop(std::chrono::seconds(30));
  serving.join();
  admission.log("ended", {});
  if (!served) return std::move(served).error();
  return ExitCode::yes;
}

}  // namespace

void add_gate_serve(CLI::App& app, Run& run) {
  add_verb<Options>(
      *app.get_subcommand(std::string("gate")), run, "serve",
      "The gate as an admission webhook of a Kubernetes cluster, over HTTPS",
      [](CLI::App& verb, Options& options) {
        verb.add_option("--policy", options.files.policy, "policy.yaml; read again when it changes")->required();
        verb.add_option("--tls-cert", options.files.certificate,
                        "The certificate and its chain, PEM; read again when it changes")
            ->required();
        verb.add_option("--tls-key", options.files.key, "Its private key, PEM without a password")->required();
        verb.add_option("--listen", options.listen, "ADDRESS:PORT; port 0 is any");
        verb.add_option("--timeout", options.timeout,
                        "How long the API server waits where it does not say it (timeoutSeconds); answers come before");
        verb.add_option("--keep", options.keep, "How long what vouches for an image is not fetched again");
        verb.add_option("--reload", options.reload, "How often policy and certificate are looked at; SIGHUP does too");
        verb.add_option("--drain", options.drain,
                        "After SIGTERM: how long requests are still taken while /readyz says no");
      },
      run_serve);
}

}  // namespace supply::tools
