#include "cache_sink.hpp"

WEIR_PLUGIN("cache-sink", "0.1.0", weir::cache_sink::CacheSink);
