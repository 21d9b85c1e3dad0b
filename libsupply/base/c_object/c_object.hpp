// A C library's object as a unique_ptr: std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>.
#pragma once

namespace supply {

/// `destroy` is the library's function for it.
template <auto destroy>
struct Deleter {
  template <class Object>
  void operator()(Object* object) const {
    destroy(object);
  }
};

}  // namespace supply
