#pragma once

#include <span>
#include <string_view>

namespace weir::generate_source::words {

std::span<const std::string_view> first_names();
std::span<const std::string_view> last_names();
std::span<const std::string_view> cities();
std::span<const std::string_view> regions();
std::span<const std::string_view> streets();
std::span<const std::string_view> products();
std::span<const std::string_view> brands();

}  // namespace weir::generate_source::words
