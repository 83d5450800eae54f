#include "dead_letter_log.hpp"

WEIR_PLUGIN("dead-letter-log", "0.1.0", weir::dead_letter_log::DeadLetterLog);
