#include "libsupply/base/http_server/server.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>

#include "libsupply/base/http_server/internal/http.hpp"
#include "libsupply/base/http_server/internal/tls.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::http_server {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kIdleThread{30};
constexpr std::size_t kThreadsKept = 4;
constexpr std::chrono::milliseconds kSweep{500};

Error system_error(ErrorCode code, const std::string& what) { return Error(code, what + ": " + std::strerror(errno)); }

/// Closes what it holds.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() { reset(); }
  void reset() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

struct Connection {
  Connection(const TlsContext& context, int fd) : tls(context, fd) {}
  TlsStream tls;
  std::string in;
  std::size_t scanned = 0, wanted = 0;  ///< `wanted`: head and body, once the head is there
  std::size_t held = 0;                 ///< of the room for all bodies
  std::string out;
  std::size_t sent = 0;
  bool ends = false;     ///< when `out` is sent
  bool told_on = false;  ///< to send its body
  bool busy = false;     ///< a thread has it, or it waits for one
  bool used = false;     ///< there was a request
  TimePoint since = {};  ///< of the request's first byte, or of being idle
  TimePoint until = {};  ///< then it is closed
};

Result<Descriptor> listen_at(const Options& options, std::uint16_t& port) {
  sockaddr_storage address{};
  socklen_t size = 0;
  auto* four = reinterpret_cast<sockaddr_in*>(&address);
  auto* six = reinterpret_cast<sockaddr_in6*>(&address);
  if (::inet_pton(AF_INET, options.address.c_str(), &four->sin_addr) == 1) {
    four->sin_family = AF_INET, four->sin_port = htons(options.port), size = sizeof *four;
  } else if (::inet_pton(AF_INET6, options.address.c_str(), &six->sin6_addr) == 1) {
    six->sin6_family = AF_INET6, six->sin6_port = htons(options.port), size = sizeof *six;
  } else {
    return Error(ErrorCode::usage, "listen: " + quote(options.address) + " is no address");
  }
  Descriptor listener(::socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (listener.get() < 0) return system_error(ErrorCode::internal, "socket");
  const int yes = 1;
  ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const std::string where = "listen at " + options.address + ", port " + std::to_string(options.port);
  if (::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener.get(), SOMAXCONN) != 0 ||
      ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    return system_error(ErrorCode::unavailable, where);
  port = ntohs(address.ss_family == AF_INET ? four->sin_port : six->sin6_port);
  return listener;
}

class PollServer final : public Server {
 public:
  PollServer(const Options& options, Handler handler, TlsContext context, Descriptor listener, Descriptor poll,
             Descriptor wake, std::uint16_t port)
      : options_(options),
        http_(options, std::move(handler)),
        context_(std::move(context)),
        listener_(std::move(listener)),
        poll_(std::move(poll)),
        wake_(std::move(wake)),
        port_(port) {}

  ~PollServer() override {
    std::unique_lock lock(mutex_);
    ending_ = true;
    work_.notify_all();
    ended_.wait(lock, [&] { return threads_ == 0; });
  }

  std::uint16_t port() const override { return port_; }
  const Counters& counters() const override { return counters_; }

  Status replace_certificate(const ServerCertificate& certificate) override {
    SUPPLY_TRY(TlsContext context, tls_context(certificate));
    const std::scoped_lock lock(mutex_);
    context_ = std::move(context);
    return {};
  }

  void stop(std::chrono::milliseconds longest) override {
    const std::scoped_lock lock(mutex_);
    const TimePoint until = Clock::now() + longest;
    if (!stopping_ || until < stop_by_) stop_by_ = until;
    stopping_ = true;
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &one, sizeof one);
  }

  Status run() override {
    epoll_event events[128];
    TimePoint swept = Clock::now();
    while (true) {
      const int count = ::epoll_wait(poll_.get(), events, 128, static_cast<int>(kSweep.count()));
      if (count < 0 && errno != EINTR) return system_error(ErrorCode::internal, "epoll");
      const TimePoint now = Clock::now();
      const std::scoped_lock lock(mutex_);
      for (int i = 0; i < count; ++i) {
        void* const what = events[i].data.ptr;
        if (what == &listener_) accept_all(now);
        else if (what != &wake_) hand_out(*static_cast<Connection*>(what), now);
      }
      if (stopping_) {
        listener_.reset();
        sweep(now);
        if (connections_.empty()) return {};
      } else if (now - swept >= kSweep) {
        sweep(now);
        swept = now;
      }
    }
  }

 private:
  // All below but drive() and what it calls: with the lock.

  void accept_all(TimePoint now) {
    while (listener_.get() >= 0) {
      const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) {
        // Without descriptors none can be taken: those that end give theirs back.
        if (errno == EMFILE || errno == ENFILE) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        return;
      }
      ++counters_.connections;
      if (connections_.size() >= options_.connections) {
        ++counters_.refused;
        ::close(fd);
        continue;
      }
      const int yes = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
      auto connection = std::make_unique<Connection>(context_, fd);
      connection->since = now;
      connection->until = now + options_.request;
      epoll_event event{EPOLLIN | EPOLLONESHOT, {connection.get()}};
      if (::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) continue;
      connections_.emplace(connection.get(), std::move(connection));
      counters_.open = connections_.size();
    }
  }

  void hand_out(Connection& connection, TimePoint now) {
    connection.busy = true;
    if (connection.in.empty() && connection.out.empty()) {
      connection.since = now;
      // A handshake and the first request have one time together.
      if (connection.used) connection.until = now + options_.request;
    }
    ready_.push_back(&connection);
    if (idle_threads_ < ready_.size() && threads_ < options_.threads) start_thread();
    work_.notify_one();
  }

  void start_thread() {
    try {
      std::thread([this] { work(); }).detach();
      ++threads_, ++idle_threads_;
    } catch (const std::system_error&) {
      // Those that run do it.
    }
  }

  void sweep(TimePoint now) {
    for (auto at = connections_.begin(); at != connections_.end();) {
      const Connection& one = *at->second;
      if (one.busy) {
        ++at;
        continue;
      }
      const bool between = one.in.empty() && one.out.empty();
      // A connection that was just made may bring a request that was sent before.
      const bool idle = between && (one.used || now - one.since >= std::chrono::seconds(1));
      const bool late = now >= one.until || (stopping_ && (idle || now >= stop_by_));
      if (!late) {
        ++at;
        continue;
      }
      if (now >= one.until && !(between && one.used)) ++counters_.timed_out;
      at = drop(at);
    }
    counters_.open = connections_.size();
  }

  using Connections = std::map<Connection*, std::unique_ptr<Connection>>;
  Connections::iterator drop(Connections::iterator at) {
    bodies_ -= at->second->held;
    at->second->tls.say_end();
    return connections_.erase(at);
  }

  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      const bool some = work_.wait_for(lock, kIdleThread, [&] { return !ready_.empty() || ending_; });
      if (ready_.empty() && (ending_ || (!some && threads_ > kThreadsKept))) break;
      if (ready_.empty()) continue;
      Connection* const connection = ready_.front();
      ready_.pop_front();
      --idle_threads_;
      const bool overloaded = ready_.size() >= options_.waiting;
      lock.unlock();
      Step step = Step::failed;
      try {
        step = drive(*connection, overloaded);
      } catch (...) {
        // No memory for it: its end.
      }
      lock.lock();
      ++idle_threads_;
      connection->busy = false;
      bool kept = step == Step::wants_read || step == Step::wants_write;
      if (kept) {
        epoll_event event{(step == Step::wants_read ? EPOLLIN : EPOLLOUT) | EPOLLONESHOT, {connection}};
        kept = ::epoll_ctl(poll_.get(), EPOLL_CTL_MOD, connection->tls.fd(), &event) == 0;
      }
      if (!kept) {
        drop(connections_.find(connection));
        counters_.open = connections_.size();
      }
    }
    --threads_, --idle_threads_;
    if (threads_ == 0) std::notify_all_at_thread_exit(ended_, std::move(lock));
  }

  // As far as the connection goes without waiting; the thread has it alone. Returns what it waits for; all else is its
  // end.
  Step drive(Connection& connection, bool overloaded) {
    if (!connection.tls.is_established()) {
      const Step step = connection.tls.handshake();
      if (step == Step::failed || step == Step::closed) ++counters_.failed_handshakes;
      if (step != Step::done) return step;
    }
    while (true) {
      if (!connection.out.empty()) {
        const Step step = connection.tls.write(connection.out, connection.sent);
        if (step != Step::done) return step;
        connection.out.clear(), connection.sent = 0;
        if (connection.out.capacity() > 64 * kKiB) connection.out.shrink_to_fit();
        if (connection.ends) return Step::closed;
        connection.since = Clock::now();
        if (connection.wanted == 0)  // else it was the word to go on
          connection.until = connection.since + (connection.in.empty() ? options_.idle : options_.request);
      }
      if (connection.wanted == 0 && has_head(connection.in, connection.scanned)) connection.wanted = 1;
      if (connection.wanted != 0 && connection.in.size() >= connection.wanted) {
        answer(connection, overloaded);
        if (!connection.out.empty()) continue;
      }
      if (connection.wanted == 0 && connection.in.size() >= kMaxRequestHeadBytes) {
        end_with(connection, plain_answer(431, "Request Header Fields Too Large"));
        continue;
      }
      const std::size_t limit = connection.wanted == 0 ? kMaxRequestHeadBytes : connection.wanted;
      const Step step = connection.tls.read(connection.in, limit - connection.in.size());
      if (step != Step::done) return step;
    }
  }

  static void end_with(Connection& connection, std::string answer) {
    connection.out = std::move(answer);
    connection.ends = true;
    connection.until = Clock::now() + std::chrono::seconds(1);
  }

  void answer(Connection& connection, bool overloaded) {
    const bool closing = is_stopping();
    Exchange exchange = http_.exchange(connection.in, connection.since, overloaded, closing);
    if (!exchange.complete && !hold(connection, exchange.bytes)) {
      overloaded = true;
      exchange = http_.exchange(connection.in, connection.since, true, closing);
    }
    if (!exchange.complete) {
      connection.wanted = exchange.bytes;
      connection.in.reserve(exchange.bytes);
      if (exchange.expects_continue && !std::exchange(connection.told_on, true))
        connection.out = "HTTP/1.1 100 Continue\r\n\r\n";
      return;
    }
    ++counters_.requests;
    if (overloaded) ++counters_.overloaded;
    connection.out = std::move(exchange.answer);
    connection.ends = exchange.close;
    connection.used = true, connection.told_on = false;
    connection.in.erase(0, exchange.bytes);  // all of it, but for a client that does not wait for answers
    if (connection.in.capacity() > 64 * kKiB) connection.in.shrink_to_fit();
    connection.wanted = connection.scanned = 0;
    connection.until = Clock::now() + options_.answer;
    const std::scoped_lock lock(mutex_);
    bodies_ -= std::exchange(connection.held, 0);
  }

  // Room for a body that comes; that of small ones is not counted.
  bool hold(Connection& connection, std::size_t bytes) {
    if (connection.held != 0 || bytes <= kMaxRequestHeadBytes) return true;
    const std::scoped_lock lock(mutex_);
    if (bodies_ + bytes > options_.bodies_bytes) return false;
    bodies_ += connection.held = bytes;
    return true;
  }

  bool is_stopping() {
    const std::scoped_lock lock(mutex_);
    return stopping_;
  }

  const Options options_;
  const Http http_;
  std::mutex mutex_;
  std::condition_variable work_, ended_;
  TlsContext context_;
  Descriptor listener_, poll_, wake_;
  const std::uint16_t port_;
  Connections connections_;
  std::deque<Connection*> ready_;
  std::size_t threads_ = 0, idle_threads_ = 0, bodies_ = 0;
  bool stopping_ = false, ending_ = false;
  TimePoint stop_by_ = {};
  Counters counters_;

  friend class Server;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::create(const Options& options, const ServerCertificate& certificate,
                                               Handler handler) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to sockets without MSG_NOSIGNAL: a client that is gone is no death
  SUPPLY_TRY(TlsContext context, tls_context(certificate));
  std::uint16_t port = 0;
  SUPPLY_TRY(Descriptor listener, listen_at(options, port));
  Descriptor poll(::epoll_create1(EPOLL_CLOEXEC)), wake(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (poll.get() < 0 || wake.get() < 0) return system_error(ErrorCode::internal, "epoll");
  const int listener_fd = listener.get(), poll_fd = poll.get(), wake_fd = wake.get();
  auto server = std::make_unique<PollServer>(options, std::move(handler), std::move(context), std::move(listener),
                                             std::move(poll), std::move(wake), port);
  epoll_event listening{EPOLLIN, {&server->listener_}}, waking{EPOLLIN | EPOLLET, {&server->wake_}};
  if (::epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener_fd, &listening) != 0 ||
      ::epoll_ctl(poll_fd, EPOLL_CTL_ADD, wake_fd, &waking) != 0)
    return system_error(ErrorCode::internal, "epoll");
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace supply::http_server
