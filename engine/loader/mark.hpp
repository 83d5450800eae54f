#pragma once

#include <weir/abi.h>

#include <cstdint>

namespace weir {

/// A fingerprint of a message: its key, value and time. The same on every machine and in every
/// version, because it is kept in databases. Tells one message from another, not friend from foe.
std::uint64_t mark_of(const weir_message& message);

}  // namespace weir
