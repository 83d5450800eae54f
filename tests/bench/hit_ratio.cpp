/// How often the cache has what is asked for, beside LRU, as one line of JSON.
#include "tests/stages/cache-sink/cache_quality.hpp"

#include <cstdio>

namespace {

using namespace weir::cache_sink::quality;

void show(const char* name, const Trace& trace, const char* behind) {
  std::printf("\"%s\": {\"shipped\": %.4f, \"lru\": %.4f}%s", name, hit_ratio<Shipped>(trace),
              hit_ratio<Lru>(trace), behind);
}

}  // namespace

int main() {
  std::printf("{");
  show("Zipf 0.8", popular(0.8), ", ");
  show("Zipf 1.0", popular(1.0), ", ");
  show("scan", scanned(), ", ");
  show("recency", recent(), "}\n");
}
