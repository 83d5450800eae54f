#include "uppercase.hpp"

WEIR_PLUGIN("template", "0.1.0", Uppercase);
