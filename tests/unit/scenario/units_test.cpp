// How amounts are read and written.
#include "scenario/units.hpp"

#include <doctest/doctest.h>

using namespace rq;

namespace {

u64 time_of(const char* text) {
    u64 ns = NEVER;
    return parse_time(text, ns) ? ns : NEVER;
}

std::string cpus_of(const char* text) {
    std::vector<u32> cpus;
    return parse_cpu_list(text, cpus) ? format_cpu_list(cpus) : "none";
}

}  // namespace

TEST_CASE("units: times are integers of ns or numbers with a unit, exact to the ns") {
    CHECK(time_of("0") == 0);
    CHECK(time_of("17") == 17);
    CHECK(time_of("10ns") == 10);
    CHECK(time_of("350us") == 350'000);
    CHECK(time_of("350µs") == 350'000);
    CHECK(time_of("5ms") == 5'000'000);
    CHECK(time_of("2s") == 2'000'000'000);
    CHECK(time_of("1.5ms") == 1'500'000);
    CHECK(time_of("0.000000001s") == 1);
    CHECK(time_of("4611686018427387904") == u64{1} << 62);
    CHECK(time_of("4611686018s") == 4611686018ull * NSEC_PER_SEC);
}

TEST_CASE("units: what is no time is refused, also what is too long or finer than a ns") {
    for (const char* text : {"", "ms", "5 ms", "5m", "-5ms", "5msec", "1e3", "0x10", "5.ms", ".5ms",
                             "1.5", "1.5ns", "0.0000000001s", "4611686018427387905", "4611686019s",
                             "99999999999999999999s", "5ms "})
        CHECK_MESSAGE(time_of(text) == NEVER, text);
}

TEST_CASE("units: a time is written in its largest whole unit and reads back the same") {
    CHECK(format_time(0) == "0");
    CHECK(format_time(1) == "1ns");
    CHECK(format_time(1500) == "1500ns");
    CHECK(format_time(5'000'000) == "5ms");
    CHECK(format_time(60 * NSEC_PER_SEC) == "60s");
    for (u64 ns : {u64{0}, u64{999}, u64{1000}, u64{123'456'789}, u64{1} << 62})
        CHECK(time_of(format_time(ns).c_str()) == ns);
}

TEST_CASE("units: sizes are bytes or KiB, MiB, GiB, pages of 4 KiB") {
    u64 bytes = 0;
    CHECK(parse_bytes("512", bytes));
    CHECK(bytes == 512);
    CHECK(parse_bytes("4KiB", bytes));
    CHECK(bytes == 4096);
    CHECK(parse_bytes("3pages", bytes));
    CHECK(bytes == 12'288);
    CHECK_FALSE(parse_bytes("4KB", bytes));
    CHECK_FALSE(parse_bytes("0.5KiB", bytes));
    CHECK(format_bytes(1u << 20) == "1MiB");
    CHECK(format_bytes(4097) == "4097B");
    CHECK(format_bytes(100) == "100");
}

TEST_CASE("units: a list of CPUs is sorted, without duplicates, and below 1024") {
    CHECK(cpus_of("0-3,8") == "0-3,8");
    CHECK(cpus_of("8,2,1,0,1-2") == "0-2,8");
    CHECK(cpus_of("1023") == "1023");
    for (const char* text : {"", "1024", "3-1", "0-", "-1", "0,,1", "a", "0-1024", "0 1", "0,"})
        CHECK_MESSAGE(cpus_of(text) == "none", text);
}

TEST_CASE("units: clone flags are the kernel's bits, with at most one signal") {
    u64 flags = 0;
    std::string_view bad;
    CHECK(parse_clone_flags("CLONE_VM|CLONE_FS|SIGCHLD", flags, bad));
    CHECK(flags == (0x100u | 0x200u | 17u));
    CHECK(parse_clone_flags("CLONE_IO", flags, bad));
    CHECK(flags == 0x80000000u);
    CHECK_FALSE(parse_clone_flags("CLONE_VM|CLONE_EVERYTHING", flags, bad));
    CHECK(bad == "CLONE_EVERYTHING");
    CHECK_FALSE(parse_clone_flags("SIGCHLD|SIGUSR1", flags, bad));
    CHECK_FALSE(parse_clone_flags("", flags, bad));
}

TEST_CASE("units: policies have the kernel's numbers, long and short names") {
    Policy policy = Policy::normal;
    CHECK(parse_policy("SCHED_DEADLINE", policy));
    CHECK(static_cast<u32>(policy) == 6);
    CHECK(parse_policy("batch", policy));
    CHECK(static_cast<u32>(policy) == 3);
    CHECK_FALSE(parse_policy("SCHED_IDEL", policy));
    CHECK(std::string(policy_name(Policy::normal)) == "SCHED_OTHER");
}

TEST_CASE("units: the nearest word is one that a slip of the hand may have meant") {
    CHECK(nearest("nise", {"name", "nice", "cpus"}) == "nice");
    CHECK(nearest("niec", {"name", "nice", "cpus"}) == "nice");
    CHECK(nearest("b", {"a"}).empty());
    CHECK(nearest("SCHED_EXT", {"SCHED_RR", "SCHED_IDLE"}).empty());
    CHECK(nearest("prorgam", {"program", "policy"}) == "program");
    CHECK(nearest("zebra", {"name", "nice", "cpus"}).empty());
}

TEST_CASE("units: a name is cut between characters") {
    CHECK(cut_name("abcdefgh", 4) == "abcd");
    CHECK(cut_name("abcä", 4) == "abc");
    CHECK(cut_name("short", 15) == "short");
}
