// How a thread that has no layer left helps one that reads a layer: it takes what the other unpacks, while that goes
// on. Half of the threads' time would else be lost on the last layer of an image, and on the only one.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>

#include "libsupply/base/result/result.hpp"
#include "libsupply/image/rootfs/layer_scan.hpp"

namespace supply::rootfs {

/// The threads that wait for something to help with. Any thread.
class ReadHelp {
 public:
  explicit ReadHelp(std::size_t layers) : layers_left_(layers) {}

  /// Helps until all layers are done. To be called when each of them was begun, or failed.
  void serve();
  /// One layer was read, or failed.
  void layer_is_done();
  /// Has a thread that waits run `work`; false where none waits.
  bool ask(std::function<void()> work);

 private:
  std::mutex mutex_;
  std::condition_variable asked_;
  std::deque<std::function<void()>> work_;
  std::atomic<std::size_t> waiting_ = 0;
  std::size_t layers_left_;
};

/// The steps of reading a layer: taken at once by the thread that makes them, or, from when there is help, by another
/// one in the same order. All but `take` is called by the thread that makes them.
class HandOver {
 public:
  enum class Step : std::uint8_t { packed, unpacked, held };  ///< bytes read; bytes made of them; bytes held for that
  using Take = std::function<Status(Step step, std::uint64_t amount, std::string_view bytes)>;

  explicit HandOver(Take take) : take_(std::move(take)) {}
  ~HandOver() { (void)finish(); }
  HandOver(const HandOver&) = delete;
  HandOver& operator=(const HandOver&) = delete;

  /// From now on another thread takes the steps, if one waits. `help` may be null.
  void ask(ReadHelp* help);
  /// Errors: that of a step until now, the first that failed; no step is taken after it.
  Status give(Step step, std::uint64_t amount, std::string_view bytes);
  /// Waits until all steps are taken. Errors: as give.
  Status finish();

 private:
  struct Piece {
    Step step = Step::packed;
    std::uint64_t amount = 0;
    std::string bytes;
  };
  void serve();

  Take take_;
  bool helped_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::array<Piece, 8> pieces_;           // a ring
  std::size_t begin_ = 0, count_ = 0;     // of those that were not taken
  bool finishing_ = false, left_ = true;  // the other thread is to leave; it is not there
  Status status_;
};

/// As read_layer, with help if there is any. `help` may be null.
Result<LayerScan> read_layer_with_help(io::Source& source, const Digest& blob, std::string_view media_type,
                                       const LayerRequest& request, Budget& budget, ReadHelp* help);

}  // namespace supply::rootfs
