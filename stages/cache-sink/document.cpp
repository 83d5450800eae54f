#include "document.hpp"

#include <cstring>
#include <new>
#include <type_traits>

namespace weir::cache_sink {

DocumentPtr make_document(std::string_view key, std::string_view bytes, const Origin& origin,
                          std::int64_t position, std::int64_t stored_us) {
  // Memory of characters alone would be aligned for nothing else.
  struct alignas(Document) Piece {
    std::byte bytes[alignof(Document)];
  };
  static_assert(std::is_trivially_destructible_v<Document>);
  const std::size_t size = sizeof(Document) + key.size() + bytes.size();
  const auto memory =
      std::make_shared_for_overwrite<Piece[]>((size + sizeof(Piece) - 1) / sizeof(Piece));
  char* const key_place = reinterpret_cast<char*>(memory.get()) + sizeof(Document);
  char* const bytes_place = key_place + key.size();
  std::memcpy(key_place, key.data(), key.size());
  std::memcpy(bytes_place, bytes.data(), bytes.size());
  const auto* document = ::new (memory.get())
      Document({key_place, key.size()}, {bytes_place, bytes.size()}, origin, position, stored_us);
  return {memory, document};
}

}  // namespace weir::cache_sink
