#include "engine/cli/cli.hpp"

int main(int argc, char** argv) { return weir::cli(argc, argv); }
