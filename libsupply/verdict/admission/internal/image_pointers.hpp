// Where images are in an object, for patches of it. For the .cpp files of this room.
#pragma once

#include "libsupply/verdict/admission/review.hpp"

namespace supply::admission {

/// An image on a line of the object's text.
struct ImageAt {
  std::size_t line;
  std::string name, value;  ///< what is there, and what is to be there
};

/// A patch for each, sorted. `object` has one value a line. Errors: internal, when one of them is not found.
Result<std::vector<Patch>> pointers(const std::string& object, const std::vector<ImageAt>& wanted);

}  // namespace supply::admission
