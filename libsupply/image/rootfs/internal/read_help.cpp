#include "libsupply/image/rootfs/internal/read_help.hpp"

#include <utility>

namespace supply::rootfs {

void ReadHelp::serve() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++waiting_;
    asked_.wait(lock, [this] { return !work_.empty() || layers_left_ == 0; });
    --waiting_;
    if (work_.empty()) return;
    const std::function<void()> work = std::move(work_.front());
    work_.pop_front();
    lock.unlock();
    work();
    lock.lock();
  }
}

void ReadHelp::layer_is_done() {
  const std::lock_guard lock(mutex_);
  if (--layers_left_ == 0) asked_.notify_all();
}

bool ReadHelp::ask(std::function<void()> work) {
  if (waiting_ == 0) return false;
  const std::lock_guard lock(mutex_);
  if (waiting_ <= work_.size()) return false;
  work_.push_back(std::move(work));
  asked_.notify_one();
  return true;
}

void HandOver::ask(ReadHelp* help) {
  if (helped_ || help == nullptr) return;
  left_ = false;
  helped_ = help->ask([this] { serve(); });
  left_ = !helped_;
}

Status HandOver::give(Step step, std::uint64_t amount, std::string_view bytes) {
  if (!helped_) {
    if (status_) status_ = take_(step, amount, bytes);
    return status_;
  }
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return count_ < pieces_.size() || left_; });
  if (left_) return status_;
  Piece& piece = pieces_[(begin_ + count_) % pieces_.size()];
  lock.unlock();  // the piece is nobody else's until it is counted
  piece.step = step;
  piece.amount = amount;
  piece.bytes.assign(bytes);
  lock.lock();
  ++count_;
  changed_.notify_all();
  return status_;
}

Status HandOver::finish() {
  if (!helped_) return status_;
  std::unique_lock lock(mutex_);
  finishing_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return left_; });
  return status_;
}

void HandOver::serve() {
  std::unique_lock lock(mutex_);
  while (status_) {
    changed_.wait(lock, [this] { return count_ > 0 || finishing_; });
    if (count_ == 0) break;
    const Piece& piece = pieces_[begin_];
    lock.unlock();
    Status status = take_(piece.step, piece.amount, piece.bytes);
    lock.lock();
    status_ = std::move(status);
    begin_ = (begin_ + 1) % pieces_.size();
    --count_;
    changed_.notify_all();
  }
  left_ = true;
  changed_.notify_all();
}

}  // namespace supply::rootfs
