// The recorded tables of clone, copy-on-write, life cycles and scheduling calls as tests.
#include "support/paths.hpp"

#include <doctest/doctest.h>

int oracle_clone(const char* path);
int oracle_clone_errno(const char* path);
int oracle_clone_priv(const char* path);
int oracle_cow(const char* path);
int oracle_life(const char* path);
int oracle_schedsys(const char* path);

namespace {

std::string data(const char* name) {
    return support::source_path(std::string("tests/data/") + name);
}

}  // namespace

TEST_CASE("clone: 4096 combinations of flags share, refuse, number and signal as Linux 6.1 does") {
    CHECK(oracle_clone(data("clone").c_str()) == 0);
}

TEST_CASE("clone: every errno of clone, clone3 and unshare, as root and as uid 1000") {
    CHECK(oracle_clone_errno(data("clone").c_str()) == 0);
}

TEST_CASE("clone: 256 combinations of namespaces with and without privileges") {
    CHECK(oracle_clone_priv(data("clone").c_str()) == 0);
}

TEST_CASE("copy-on-write: every step of the recorded scripts, faults to page tables") {
    CHECK(oracle_cow(data("cow").c_str()) == 0);
}

TEST_CASE("life cycles: exits, waits, stops, signals and orphans as Linux 6.1 handles them") {
    CHECK(oracle_life(data("life").c_str()) == 0);
}

TEST_CASE("scheduling calls: what setscheduler, setattr, nice and affinity answer and leave") {
    CHECK(oracle_schedsys(data("schedsys").c_str()) == 0);
}
