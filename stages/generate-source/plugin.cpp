#include "generate_source.hpp"

WEIR_PLUGIN("generate-source", "0.1.0", weir::generate_source::GenerateSource);
