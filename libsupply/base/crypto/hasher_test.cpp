#include <catch2/catch.hpp>
}  // namespace supply::crypto
