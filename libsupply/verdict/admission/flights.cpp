#include "libsupply/verdict/admission/flights.hpp"

#include <exception>
#include <thread>

namespace supply::admission {

struct Flights::Flight {
  std::string key;
  Work work;
  std::optional<Landed> result;
};

Flights::~Flights() {
  std::unique_lock lock(mutex_);
  ending_ = true;
  queue_.clear();
  ended_.wait(lock, [&] { return threads_ == 0; });
}

Result<Flights::Ticket> Flights::board(const std::string& key, Work work) {
  const std::scoped_lock lock(mutex_);
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  if (queue_.size() >= waiting_)
    return Error(ErrorCode::rate_limited, "more than " + std::to_string(waiting_) + " images wait to be judged");
  auto ticket = std::make_shared<Flight>(Flight{key, std::move(work), std::nullopt});
  if (threads_ < at_once_) {
    try {
      std::thread([this] { fly(); }).detach();
      ++threads_;
    } catch (const std::system_error&) {
      if (threads_ == 0) return Error(ErrorCode::rate_limited, "no thread to judge an image");
    }
  }
  known_.emplace(key, ticket);
  queue_.push_back(ticket);
  return ticket;
}

void Flights::fly() {
  std::unique_lock lock(mutex_);
  while (!queue_.empty()) {
    const Ticket ticket = std::move(queue_.front());
    queue_.pop_front();
    ++started_;
    lock.unlock();
    Landed result = Error(ErrorCode::internal, "an image could not be judged");
    try {
      result = ticket->work();
    } catch (const std::exception& thrown) {
      result = Error(ErrorCode::internal, std::string("an image could not be judged: ") + thrown.what());
    }
    lock.lock();
    ticket->work = nullptr;
    ticket->result = std::move(result);
    known_.erase(ticket->key);
    landed_.notify_all();
  }
  if (--threads_ == 0) std::notify_all_at_thread_exit(ended_, std::move(lock));
}

std::optional<Landed> Flights::wait(const Ticket& ticket, std::chrono::steady_clock::time_point until) {
  std::unique_lock lock(mutex_);
  if (!landed_.wait_until(lock, until, [&] { return ticket->result.has_value(); })) return std::nullopt;
  return *ticket->result;
}

std::uint64_t Flights::started() const {
  const std::scoped_lock lock(mutex_);
  return started_;
}

std::size_t Flights::in_the_air() const {
  const std::scoped_lock lock(mutex_);
  return known_.size();
}

}  // namespace supply::admission
