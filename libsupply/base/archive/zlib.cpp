#include "libsupply/base/archive/zlib.hpp"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <cstdint>

namespace supply::archive {

struct ZlibInflater::Impl {
  inflate_state state;
  State last = State::more;
};

ZlibInflater::ZlibInflater(std::size_t limit, Wrapper wrapper)
    : impl_(std::make_unique<Impl>()), limit_(limit), wrapper_(wrapper) {
  restart();
}
ZlibInflater::ZlibInflater(ZlibInflater&&) noexcept = default;
ZlibInflater& ZlibInflater::operator=(ZlibInflater&&) noexcept = default;
ZlibInflater::~ZlibInflater() = default;

void ZlibInflater::restart() {
  isal_inflate_init(&impl_->state);
  impl_->state.crc_flag = wrapper_ == Wrapper::gzip ? ISAL_GZIP : ISAL_ZLIB;
  impl_->last = State::more;
  output_.clear();
}

ZlibInflater::State ZlibInflater::feed(std::string_view bytes) {
  State& last = impl_->last;
  inflate_state& state = impl_->state;
  constexpr std::size_t kOutBytes = 4096;
  std::uint8_t out[kOutBytes];
  while (last == State::more && !bytes.empty()) {
    const std::size_t taken = std::min<std::size_t>(bytes.size(), UINT32_MAX);
    state.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(bytes.data()));
    state.avail_in = static_cast<std::uint32_t>(taken);
    do {
      state.next_out = out;
      state.avail_out = kOutBytes;
      const int code = isal_inflate(&state);
      const std::size_t made = kOutBytes - state.avail_out;
      if (code != ISAL_DECOMP_OK && code != ISAL_END_INPUT) {
        last = State::malformed;
      } else if (made > limit_ - output_.size()) {
        last = State::too_large;
        output_.append(reinterpret_cast<const char*>(out), limit_ - output_.size());
      } else {
        output_.append(reinterpret_cast<const char*>(out), made);
        if (state.block_state == ISAL_BLOCK_FINISH) last = State::complete;
      }
    } while (last == State::more && (state.avail_in > 0 || state.avail_out == 0));
    // Of damaged input ISA-L may give back more bytes than it was given.
    if (state.avail_in > taken && last == State::more) last = State::malformed;
    if (last != State::more) break;
    bytes.remove_prefix(taken - state.avail_in);
  }
  return last;
}

}  // namespace supply::archive
