#include "http_query.hpp"

WEIR_PLUGIN("http-query", "0.1.0", weir::http_query::HttpQuery);
