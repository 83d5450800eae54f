#pragma once

#include <weir/abi.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace weir {

// The engine's side of the ABI's texts. The SDK has its own: the two meet at weir/abi.h only.

constexpr weir_view view(std::string_view text) { return {text.data(), text.size()}; }

constexpr std::string_view text(weir_view view) {
  return view.data == nullptr ? std::string_view{} : std::string_view{view.data, view.size};
}

inline void tell(weir_error* error, std::string_view why) {
  const std::size_t size = std::min(why.size(), sizeof error->text - 1);
  std::memcpy(error->text, why.data(), size);
  error->text[size] = '\0';
}

/// A plugin's text, whether it remembered the NUL or not.
inline std::string_view text(const weir_error& error) {
  return {error.text, ::strnlen(error.text, sizeof error.text)};
}

}  // namespace weir
