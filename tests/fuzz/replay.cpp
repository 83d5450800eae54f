// The body that says what is to be replayed: it is refused with words, or names letters that may be
// there.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/web/replay.hpp"
#include "expect.hpp"

using weir::fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  weir::ReplayQuery query;
  const auto fault = weir::web::read_replay({reinterpret_cast<const char*>(data), size}, query);
  if (fault) {
    expect(!fault->empty(), "a fault says what is wrong");
    return 0;
  }
  expect(query.places.size() <= query.most, "they fit into one answer");
  expect(std::ranges::count(query.places, 0U) == 0, "a place is never 0");
  expect(query.places.empty() || query.filter == weir::LetterFilter{}, "places, or a filter");
  expect(query.places.empty() || query.after == 0, "places are not gone on behind");
  return 0;
}
