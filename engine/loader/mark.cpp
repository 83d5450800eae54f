#include "engine/loader/mark.hpp"

#include "engine/loader/text.hpp"

#include <string_view>

namespace weir {
namespace {

// FNV-1a, 64 bits.
constexpr std::uint64_t start = 14695981039346656037U;

void add(std::uint64_t& hash, std::string_view bytes) {
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211U;
}

void add(std::uint64_t& hash, std::uint64_t number) {
  for (int shift = 0; shift < 64; shift += 8)
    hash = (hash ^ (number >> shift & 0xFFU)) * 1099511628211U;
}

/// With its length, so that no byte can move from the key to the value unseen; an absent part is
/// not an empty one.
void add(std::uint64_t& hash, weir_view part) {
  add(hash, part.data == nullptr ? ~std::uint64_t{0} : std::uint64_t{part.size});
  add(hash, text(part));
}

}  // namespace

std::uint64_t mark_of(const weir_message& message) {
  std::uint64_t hash = start;
  add(hash, message.key);
  add(hash, message.value);
  add(hash, static_cast<std::uint64_t>(message.time_us));
  return hash;
}

}  // namespace weir
